import { genericHmacAdapter } from '../webhook/generic-hmac.rules';
import { mercadopagoAdapter } from '../webhook/mercadopago.rules';
import { type ReportedStatus } from './payment.machine';

const mercadopago = mercadopagoAdapter({ acceptUnsigned: false });

/** A provider's own status word in ours; UNKNOWN_NATIVE where there is none for it. */
export function reportedStatus(provider: string, native: string): ReportedStatus {
  const adapter = provider === 'mercadopago' ? mercadopago : genericHmacAdapter(provider);
  return adapter.mapStatus(native);
}
