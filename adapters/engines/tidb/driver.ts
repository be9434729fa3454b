import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import type { EngineDriver } from '../../../core/engines/driver.ts';
import { InvariantViolation } from '../../../core/errors/registry.ts';
import { copyShard } from '../objects/copy.ts';
import { stepOf, verdictOf } from '../objects/ports.ts';
import { captureFiles } from '../shared/files.ts';
import { abandonRestore } from './abandon.ts';
import { abandonCapture, beginCapture, pollCapture } from './capture.ts';
import { beginCopy, discardPoint, pollCopy, proveCopy } from './copy.ts';
import { BR_FILES } from './files.ts';
import type { TidbDriverPorts } from './ports.ts';
import { preflightRestore } from './preflight.ts';
import { beginRestore, pollRestore } from './restore.ts';
import { tearDown } from './tear-down.ts';
import { validateRestore } from './validate.ts';
import { verifyCapture } from './verify.ts';

export type { TidbDriverPorts, TidbPorts } from './ports.ts';

/**
 * TiDB by its own tool: BR runs in a container beside the cluster and tells TiKV's nodes to write to the vault, and to
 * read from it. What they wrote is files, which are moved, proven and discarded as objects are.
 */
export function tidbDriver(ports: TidbDriverPorts): EngineDriver {
  return {
    engine: 'tidb',
    can: CAPABILITIES.tidb,

    begin: (spec) => stepOf(() => beginCapture(ports, spec)),
    poll: (spec, cursor) => stepOf(() => pollCapture(ports, spec, cursor)),
    captureShard: (spec, shard) => captureFiles(ports, BR_FILES, spec, shard),
    verify: (spec, cursor) => verdictOf(() => verifyCapture(ports, spec, cursor)),
    abandon: (spec) => abandonCapture(ports, spec),

    beginCopy: (spec) => stepOf(() => beginCopy(ports, spec)),
    pollCopy: (spec, cursor) => stepOf(() => pollCopy(ports, spec, cursor)),
    copyShard: (spec, shard) => copyShard(ports, spec, shard),
    prove: (spec) => verdictOf(() => proveCopy(ports, spec)),

    preflight: (spec) => preflightRestore(ports, spec),
    beginRestore: (spec) => stepOf(() => beginRestore(ports, spec)),
    pollRestore: (spec, cursor) => stepOf(() => pollRestore(ports, spec, cursor)),
    restoreShard: async () => {
      throw new InvariantViolation('BR restores a TiDB cluster as a whole; nobody may ask for a shard of it');
    },
    abandonRestore: (spec) => abandonRestore(ports, spec),
    validate: (spec, cursor) => verdictOf(() => validateRestore(ports, spec, cursor)),

    tearDown: (spec) => tearDown(ports, spec),
    discard: (spec) => discardPoint(ports, spec),
    // The engine itself restores to no instant; the log that Holdfast keeps of it stands in the catalog.
    window: () => Promise.resolve(undefined),
  };
}
