import type { EmbeddedCloud } from '../cloud.ts';
import type { Stack } from './assembly.ts';
import { clear, isChanged, remove } from './changes.ts';
import {
  type Creators,
  create,
  type Exports,
  exportOutputs,
  isWanted,
  lookupIn,
  type Resources,
  resolved,
  resourceOf,
} from './deploy.ts';
import { wavesOf } from './waves.ts';

interface UpdateParts {
  readonly cloud: EmbeddedCloud;
  readonly creators: Creators;
  readonly exports: Exports;
  /** Waits for as long as the change of one resource takes. */
  readonly pace: () => Promise<void>;
}

/**
 * Updates a stack by difference, in the time that it takes: what the new template leaves as it was is not touched, what
 * depends on a change follows it, and what is gone from the template is removed at the end. So for a while the old and
 * the new stand side by side, a role's new policy and its function's old environment, as they do on AWS.
 *
 * Does not model: replacement, changes to keys, tables, queues and topics, rollback.
 */
export async function updateStack(resources: Resources, stack: Stack, parts: UpdateParts): Promise<void> {
  const { cloud, creators, exports, pace } = parts;
  const find = lookupIn(stack, exports, (id) => {
    const there = resources.get(id);
    if (!there) throw new Error(`stack ${stack.name} needs ${id} before it is made`);
    return there.created;
  });
  const wanted = new Set(
    Object.keys(stack.template.Resources).filter((id) => isWanted(resourceOf(stack, id), find)),
  );

  const atTheEnd: (() => void)[] = [];

  const change = async (id: string): Promise<void> => {
    const resource = resourceOf(stack, id);
    const before = resources.get(id);
    const properties = resolved(resource, find);
    if (before && !isChanged(before, properties, resource.Metadata ?? {})) return;
    await pace();
    if (before) atTheEnd.push(clear(cloud, id, before, resource.Type, properties, stack));
    resources.set(id, create(stack, id, properties, creators));
    cloud.world.log(`cloudformation: ${stack.name}: ${id} is ${before ? 'changed' : 'made'}`);
  };

  for (const wave of wavesOf(stack.template))
    await Promise.all(wave.filter((id) => wanted.has(id)).map(change));
  for (const retire of atTheEnd) retire();
  for (const [id, before] of [...resources].reverse()) {
    if (wanted.has(id)) continue;
    await pace();
    remove(cloud, id, before, stack);
    resources.delete(id);
    cloud.world.log(`cloudformation: ${stack.name}: ${id} is not in the template any more`);
  }
  exportOutputs(stack, exports, find);
}
