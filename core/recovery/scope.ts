import { CAPABILITIES } from '../engines/capabilities.ts';
import type { RestoreScope, ScopeKind } from '../engines/driver.ts';
import { type HoldfastError, InvalidInput, UnsupportedByEngine } from '../errors/registry.ts';
import type { Cluster } from '../plan/installation.ts';

/** What a request may say about the part that it wants. */
export interface ScopeRequest {
  readonly databases?: readonly string[] | undefined;
  readonly tables?: readonly string[] | undefined;
}

/**
 * The part of a recovery point that a request asks for; undefined for all of it, which is what an engine without parts
 * is asked for too. Databases or tables, not both: the engine's tool has one command for each.
 */
export function chooseScope(
  { name, engine }: Pick<Cluster, 'name' | 'engine'>,
  request: ScopeRequest | undefined,
): RestoreScope | undefined | HoldfastError {
  if (request === undefined) return undefined;
  const { databases = [], tables = [] } = request;
  if (databases.length > 0 === tables.length > 0)
    return new InvalidInput(
      `scope names ${databases.length} databases and ${tables.length} tables; name either databases, as in { "databases": ["shop"] }, or tables, as in { "tables": ["shop.orders"] }, or leave it out for everything`,
    );
  const kind: ScopeKind = databases.length > 0 ? 'database' : 'table';
  const { scopes } = CAPABILITIES[engine];
  if (!scopes.includes(kind))
    return new UnsupportedByEngine(
      `a restore of ${name} cannot be narrowed to a ${kind}: engine ${engine} restores by ${scopes.join(', ')}; leave scope out`,
      { cluster: name, engine },
    );
  return kind === 'database' ? { databases } : { tables };
}
