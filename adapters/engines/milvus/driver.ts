import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import type { EngineDriver } from '../../../core/engines/driver.ts';
import { InvariantViolation } from '../../../core/errors/registry.ts';
import { beginCopy, copyShard, pollCopy, prove } from '../objects/copy.ts';
import { stepOf, verdictOf } from '../objects/ports.ts';
import { captureFiles } from '../shared/files.ts';
import { abandonRestore } from './abandon.ts';
import { abandonCapture, beginCapture, pollCapture } from './capture.ts';
import { discardPoint } from './copy.ts';
import { MILVUS_FILES, type MilvusPorts } from './ports.ts';
import { preflightRestore } from './preflight.ts';
import { beginRestore, pollRestore } from './restore.ts';
import { tearDown } from './tear-down.ts';
import { validateRestore } from './validate.ts';
import { verifyCapture } from './verify.ts';

export type { MilvusPorts } from './ports.ts';

/**
 * Milvus by its own tool: milvus-backup runs in a container beside the cluster and has S3 copy Milvus's logs into the
 * vault. They are files, which are moved, proven and discarded as objects are. What the tool does not put back, Holdfast
 * does over Milvus's API.
 */
export function milvusDriver(ports: MilvusPorts): EngineDriver {
  return {
    engine: 'milvus',
    can: CAPABILITIES.milvus,

    begin: (spec) => stepOf(() => beginCapture(ports, spec)),
    poll: (spec, cursor) => stepOf(() => pollCapture(ports, spec, cursor)),
    captureShard: (spec, shard) => captureFiles(ports, MILVUS_FILES, spec, shard),
    verify: (spec, cursor) => verdictOf(() => verifyCapture(ports, spec, cursor)),
    abandon: (spec) => abandonCapture(ports, spec),

    // A backup refers to no other, so that a copy needs nothing but its own files.
    beginCopy: (spec) => stepOf(() => beginCopy(ports, spec)),
    pollCopy: (spec, cursor) => stepOf(() => pollCopy(ports, spec, cursor)),
    copyShard: (spec, shard) => copyShard(ports, spec, shard),
    prove: (spec) => verdictOf(() => prove(ports, spec)),

    preflight: (spec) => preflightRestore(ports, spec),
    beginRestore: (spec) => stepOf(() => beginRestore(ports, spec)),
    pollRestore: (spec, cursor) => stepOf(() => pollRestore(ports, spec, cursor)),
    restoreShard: async () => {
      throw new InvariantViolation(
        'milvus-backup restores a backup by itself; nobody may ask for a shard of it',
      );
    },
    abandonRestore: (spec) => abandonRestore(ports, spec),
    validate: (spec, cursor) => verdictOf(() => validateRestore(ports, spec, cursor)),

    tearDown: (spec) => tearDown(ports, spec),
    discard: (spec) => discardPoint(ports, spec),
    window: () => Promise.resolve(undefined),
  };
}
