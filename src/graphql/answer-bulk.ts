import { type Control } from '../checkout/command';
import { type Context } from '../context';
import { refusal, type Refusal } from '../kernel/refusal';
import { answer, type Call, type Payload } from './answer';

/** Rows of one bulk request: some seconds of short transactions, within the deadline of a request. */
const ROWS_MAX = 100;

interface BulkPayload<Name extends string, Row> {
  readonly results: Payload<Name, Row>[];
  readonly userErrors: Refusal[];
}

/**
 * A bulk form: its rows one by one in the order of the input, each its own short transaction with its own key, so that
 * a refused row stops none and no row waits for another's locks. Should the request break off, the same keys again
 * answer what is done and do the rest.
 */
export async function answerBulk<Name extends string, Input, Row>(
  context: Context,
  call: Omit<Call<Name, Input, Row>, 'input'> & {
    readonly input: { readonly rows: readonly (Input & { readonly control: Control })[] };
  },
): Promise<BulkPayload<Name, Row>> {
  const { rows } = call.input;
  if (rows.length > ROWS_MAX) {
    const message = `At most ${ROWS_MAX} rows at once.`;
    return { results: [], userErrors: [refusal('LIMIT', message, { field: ['rows'] })] };
  }
  const results: Payload<Name, Row>[] = [];
  for (const input of rows) results.push(await answer(context, { ...call, input }));
  return { results, userErrors: [] };
}
