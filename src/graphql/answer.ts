import { changeCheckout } from '../checkout/change-checkout';
import { type Answer, type Command, type Control } from '../checkout/command';
import { forgetLoaded, rememberWritten, type Context } from '../context';
import { type ReconciliationException } from '../exception/exception.entity';
import { Refused, type Refusal } from '../kernel/refusal';

/** The payload of a mutation beside its entity. */
export interface Outcome {
  readonly exceptionsOpened: ReconciliationException[];
  readonly exceptionsResolved: ReconciliationException[];
  readonly userErrors: Refusal[];
  readonly replayed: boolean;
  readonly dryRun: boolean;
}

export type Payload<Name extends string, Row> = Outcome & Readonly<Record<Name, Row | null>>;

export interface Call<Name extends string, Input, Row> {
  readonly command: Command<Input>;
  readonly input: Input & { readonly control: Control };
  readonly name: Name;
  /** Reads the payload's entity with the loaders of after the write. */
  readonly read: (loaders: Context['loaders'], id: string) => Promise<Row | null>;
}

/**
 * Runs a write and answers its payload, or why it was refused. What was loaded before is forgotten, whichever way it
 * went: two mutations may stand in one document.
 */
export async function answer<Name extends string, Input, Row>(
  context: Context,
  { command, input, name, read }: Call<Name, Input, Row>,
): Promise<Payload<Name, Row>> {
  const { control, ...rest } = input;
  try {
    const request = { actor: context.actor, input: rest as unknown as Input, control };
    const done = await changeCheckout(context.path, command, request);
    forgetLoaded(context, done.draft);
    if (done.written !== null) rememberWritten(context, done.written);
    const { entityId } = done;
    const row = entityId === null ? null : await read(context.loaders, entityId);
    return payload(name, row, { ...(await exceptionsOf(context, done)), dryRun: control.dryRun });
  } catch (error) {
    forgetLoaded(context);
    if (!(error instanceof Refused)) throw error;
    return payload(name, null, { userErrors: [error.refusal], dryRun: control.dryRun });
  }
}

async function exceptionsOf(
  { loaders }: Context,
  { exceptionsOpened, exceptionsResolved, replayed }: Answer,
): Promise<Partial<Outcome>> {
  const load = async (ids: readonly string[]) =>
    (await Promise.all(ids.map((id) => loaders.exceptionById.load(id)))).filter(
      (row) => row !== null,
    );
  const [opened, resolved] = await Promise.all([load(exceptionsOpened), load(exceptionsResolved)]);
  return { exceptionsOpened: opened, exceptionsResolved: resolved, replayed };
}

const NOTHING: Outcome = {
  exceptionsOpened: [],
  exceptionsResolved: [],
  userErrors: [],
  replayed: false,
  dryRun: false,
};

function payload<Name extends string, Row>(
  name: Name,
  row: Row | null,
  outcome: Partial<Outcome>,
): Payload<Name, Row> {
  return { ...NOTHING, ...outcome, [name]: row } as Payload<Name, Row>;
}
