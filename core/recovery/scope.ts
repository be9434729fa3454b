import { CAPABILITIES } from '../engines/capabilities.ts';
import type { RestoreMode, RestoreScope, ScopeKind } from '../engines/driver.ts';
import { type HoldfastError, InvalidInput, UnsupportedByEngine } from '../errors/registry.ts';
import type { Cluster } from '../plan/installation.ts';

/** What a request may say about the part that it wants. */
export type ScopeRequest = { readonly [Kind in keyof RestoreScope]?: readonly string[] | undefined };

type Named = Pick<Cluster, 'name' | 'engine'>;

const KINDS = {
  databases: ['database', 'shop'],
  tables: ['table', 'shop.orders'],
  partitions: ['partition', 'shop.orders.p202611'],
  collections: ['collection', 'default.docs'],
} as const satisfies Record<keyof RestoreScope, readonly [ScopeKind, string]>;

const LISTS = Object.keys(KINDS) as readonly (keyof RestoreScope)[];

const example = (list: keyof RestoreScope): string => `{ "${list}": ["${KINDS[list][1]}"] }`;

/**
 * The part of a recovery point that a request asks for; undefined for all of it, which is what an engine without parts
 * is asked for too. One kind of thing: the engines' tools have one command for each.
 */
export function chooseScope(
  { name, engine }: Named,
  request: ScopeRequest | undefined,
): RestoreScope | undefined | HoldfastError {
  if (request === undefined) return undefined;
  const { scopes } = CAPABILITIES[engine];
  const asked = LISTS.filter((list) => (request[list] ?? []).length > 0);
  const [list] = asked;
  if (list === undefined || asked.length > 1) {
    const offered = LISTS.filter((each) => scopes.includes(KINDS[each][0])).map(example);
    return new InvalidInput(
      `scope names ${asked.join(' and ') || 'nothing'}; name one kind of thing${offered.length > 0 ? `, as in ${offered.join(' or ')}` : ''}, or leave it out for everything`,
    );
  }
  const [kind] = KINDS[list];
  if (!scopes.includes(kind))
    return new UnsupportedByEngine(
      `a restore of ${name} cannot be narrowed to a ${kind}: engine ${engine} restores by ${scopes.join(', ')}; leave scope out`,
      { cluster: name, engine },
    );
  return { [list]: request[list] };
}

/** How it is to land; undefined for what the engine does by itself. */
export function chooseMode(
  { name, engine }: Named,
  mode: RestoreMode | undefined,
): RestoreMode | undefined | HoldfastError {
  const { modes = [] } = CAPABILITIES[engine];
  if (mode === undefined || modes.includes(mode)) return mode;
  return new UnsupportedByEngine(
    `mode is "${mode}", and a restore of ${name} (${engine}) ${modes.length > 0 ? `takes ${modes.join(', ')}` : 'has one way to land'}; leave mode out`,
    { cluster: name, engine },
  );
}
