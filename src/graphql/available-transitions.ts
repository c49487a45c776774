import DataLoader from 'dataloader';
import { commands } from '../checkout/commands';
import { type AnyCommand, type EntityName } from '../checkout/command';
import { type Draft } from '../checkout/draft.rules';
import { loadDrafts, lockCheckouts } from '../checkout/load';
import { runCommand } from '../checkout/run-command.rules';
import { type Context } from '../context';
import { hasRole } from '../kernel/actor';
import { Refused, type Refusal } from '../kernel/refusal';
import { type ReconTransition } from './generated';

const BY_CONTEXT = new WeakMap<Context['loaders'], DataLoader<string, Draft | null>>();

/** Whole aggregates, one statement per table for all rows of the page; only when the field is selected. */
function drafts(context: Context): DataLoader<string, Draft | null> {
  const known = BY_CONTEXT.get(context.loaders);
  if (known !== undefined) return known;
  const { db } = context.path;
  const loader = new DataLoader<string, Draft | null>(
    async (ids) => {
      const loaded = await db.snapshot(async (sql) => {
        const source = { sql, dialect: { ...db.dialect, forUpdate: '' as const } };
        const roots = await lockCheckouts(source, [...ids]);
        return loadDrafts(source, roots, { cold: ['evidence'] });
      });
      return ids.map((id) => loaded.find(({ checkout }) => checkout.id === id) ?? null);
    },
    { maxBatchSize: 500 },
  );
  BY_CONTEXT.set(context.loaders, loader);
  return loader;
}

/** The aggregate an entity belongs to, as committed; evidence included. */
export async function draftOf(context: Context, checkoutId: string): Promise<Draft> {
  const dry = context.draft;
  const committed = await drafts(context).load(checkoutId);
  if (dry?.checkout.id === checkoutId) return withEvidence(dry, committed);
  if (committed === null) throw new Error('an entity has a checkout');
  return committed;
}

/** A dry run reads evidence only where its command asks for it. */
function withEvidence(dry: Draft, committed: Draft | null): Draft {
  const known = new Set(dry.evidence.map(({ id }) => id));
  const others = committed?.evidence.filter(({ id }) => !known.has(id)) ?? [];
  return { ...dry, evidence: [...others, ...dry.evidence] };
}

/**
 * What the viewer may do next with an entity: every command about it is run with its smallest valid input on a copy,
 * so that what is allowed here is what the mutation would do (design.md).
 */
export async function availableTransitions(
  context: Context,
  entity: EntityName,
  { id, checkoutId }: { id: string; checkoutId: string },
): Promise<ReconTransition[]> {
  const draft = await draftOf(context, checkoutId);
  return commands
    .filter(({ subject }) => subject === entity)
    .map((command) => transition(context, command, { draft, id }));
}

function transition(
  context: Context,
  command: AnyCommand,
  { draft, id }: { draft: Draft; id: string },
): ReconTransition {
  const blocked = (refusal: Refusal): ReconTransition => ({
    mutation: command.name,
    to: null,
    allowed: false,
    blockers: [
      {
        code: refusal.code,
        message: refusal.message,
        field: refusal.field ? [...refusal.field] : null,
      },
    ],
    requiresApproval: 'NEVER',
  });
  const isClosed = context.actor.side === 'SELLER' && command.sellerOrder === undefined;
  if (!hasRole(context.actor, command.roles) || isClosed) {
    const message = `${command.name} is not allowed to this role or side.`;
    return blocked({ code: 'FORBIDDEN', message });
  }
  try {
    const to = statusAfter(context, command, { draft, id });
    return { mutation: command.name, to, allowed: true, blockers: [], requiresApproval: 'NEVER' };
  } catch (error) {
    if (error instanceof Refused) return blocked(error.refusal);
    throw error;
  }
}

/** State of the entity after the command's probe; null where it stays. */
function statusAfter(
  { actor, path }: Context,
  command: AnyCommand,
  { draft, id }: { draft: Draft; id: string },
): string | null {
  const copy = structuredClone(draft);
  const now = path.clock();
  const input: unknown = command.probe?.(copy, id, { now, calendar: path.settings.calendar });
  if (input === null || input === undefined) {
    throw new Refused({ code: 'GUARD_FAILED', message: `${command.name} does not apply here.` });
  }
  const run = { command, input, actor, now, expectedVersion: null, adopted: [] };
  runCommand(copy, draft, run, path.settings);
  const before = statusOf(draft, id);
  const after = statusOf(copy, id);
  return before === after ? null : after;
}

function statusOf(
  { orders, payments, fulfillments, exceptions }: Draft,
  id: string,
): string | null {
  const rows = [...orders, ...payments, ...fulfillments, ...exceptions];
  return rows.find((row) => row.id === id)?.status ?? null;
}
