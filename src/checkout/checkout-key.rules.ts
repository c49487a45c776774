/** A payment is named by its provider and the provider's reference together. */
export function providerReferenceKey(provider: string, providerReference: string): string {
  return `${provider}:${providerReference}`;
}
