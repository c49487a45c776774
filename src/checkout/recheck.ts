import { type Command } from './command';

/** Time is a command too (design.md): settles and detects again because a moment has come, changes nothing itself. */
export const recheck: Command<{ readonly checkoutId: string }> = {
  name: 'recheck',
  entity: null,
  creation: false,
  roles: ['SYSTEM'],
  keys: ({ checkoutId }) => [{ kind: 'ID', value: checkoutId, field: 'checkoutId' }],
  decide: () => null,
};
