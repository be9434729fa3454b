import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import type { EngineDriver } from '../../../core/engines/driver.ts';
import { abandon, captureShard } from './capture.ts';
import { beginCopy, copyShard, pollCopy, prove } from './copy.ts';
import { discard } from './discard.ts';
import { inspect } from './inspect.ts';
import { beginInventory, pollInventory } from './inventory.ts';
import { type ObjectsPorts, stepOf, verdictOf } from './ports.ts';
import { beginRestore, pollRestore, preflight, restoreShard } from './restore.ts';
import { tearDown } from './tear-down.ts';
import { validate } from './validate.ts';
import { verify } from './verify.ts';

/**
 * An S3 bucket or prefix: the exact versions that were there at one instant (docs/engines/objects.md). Bytes move on
 * the side of S3; the driver holds no state but what lies in the vaults.
 */
export function objectsDriver(ports: ObjectsPorts): EngineDriver {
  return {
    engine: 'objects',
    can: CAPABILITIES.objects,

    begin: (spec) => stepOf(() => beginInventory(ports, spec)),
    poll: (spec, cursor) => stepOf(() => pollInventory(ports, spec, cursor)),
    captureShard: (spec, shard) => captureShard(ports, spec, shard),
    verify: (spec, cursor) => verdictOf(() => verify(ports, spec, cursor)),
    abandon: (spec) => abandon(ports, spec),

    beginCopy: (spec) => stepOf(() => beginCopy(ports, spec)),
    pollCopy: (spec, cursor) => stepOf(() => pollCopy(ports, spec, cursor)),
    copyShard: (spec, shard) => copyShard(ports, spec, shard),
    prove: (spec) => verdictOf(() => prove(ports, spec)),

    preflight: (spec) => preflight(ports, spec),
    beginRestore: (spec) => stepOf(() => beginRestore(ports, spec)),
    pollRestore: (spec, cursor) => stepOf(() => pollRestore(ports, spec, cursor)),
    restoreShard: (spec, shard) => restoreShard(ports, spec, shard),
    abandonRestore: async () => ({ target: 'unfinished' }),
    validate: (spec) => verdictOf(() => validate(ports, spec)),

    inspect: (spec, seed) => inspect(ports, spec, seed),
    tearDown: (spec) => tearDown(ports, spec),
    discard: (spec) => discard(ports, spec),
    // Objects keep no log of their own: what can be restored is what was captured.
    window: () => Promise.resolve(undefined),
  };
}
