import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, id, reference } from '../db/columns';

/** The TOLD ones name an orphan by what a provider said of it, until the shop says so itself. */
export const CHECKOUT_KEY_KINDS = [
  'GUID',
  'ORDER_CODE',
  'PROVIDER_REFERENCE',
  'ID',
  'TOLD_GUID',
  'TOLD_ORDER_CODE',
] as const;
export type CheckoutKeyKind = (typeof CHECKOUT_KEY_KINDS)[number];

/** A name by which a checkout is found: cart GUID, order code, provider reference, id of anything in it. */
@Entity('checkout_key')
export class CheckoutKey {
  @PrimaryColumn(code)
  kind!: CheckoutKeyKind;

  @PrimaryColumn({ ...reference, length: 255 })
  value!: string;

  @Column(id)
  checkoutId!: string;
}
