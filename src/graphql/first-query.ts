/** What GraphiQL shows first: the question the product exists for. */
export const FIRST_QUERY = `# Who was charged without an order, who decides, and until when?
query Open {
  reconciliationSummary {
    customersCharged
    awaitingRepair
    heldAmount { amount currencyCode }
    nextDecisionDeadline
  }
  reconciliationExceptions(filter: { live: true }, first: 10) {
    totalCount
    nodes {
      id
      kind
      status
      amount { amount currencyCode }
      owner { role person }
      deadline
      payment { provider providerReference status }
      order { cartGuid code status }
    }
  }
}
`;
