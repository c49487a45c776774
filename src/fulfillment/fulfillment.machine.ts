import { type Machine } from '../kernel/state-machine';

export const FULFILLMENT_STATUSES = ['NEW'] as const;
export type FulfillmentStatus = (typeof FULFILLMENT_STATUSES)[number];

/** Fulfillments are only shown so far; what moves them is still to come. */
export const fulfillmentMachine: Machine<FulfillmentStatus, never> = {
  name: 'FULFILLMENT',
  states: FULFILLMENT_STATUSES,
  edges: [{ from: null, to: 'NEW', trigger: 'planned', roles: ['OMS', 'SYSTEM'] }],
};
