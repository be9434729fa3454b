import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import type { EngineDriver } from '../../../core/engines/driver.ts';
import { InvariantViolation } from '../../../core/errors/registry.ts';
import { abandonCapture, beginCapture, pollCapture } from './capture.ts';
import type { RdsEngine } from './clusters.ts';
import { beginCopy, pollCopy, proveCopy } from './copy.ts';
import { discardPoint } from './discard.ts';
import type { RdsPorts } from './ports.ts';
import { preflightRestore } from './preflight.ts';
import { beginRestore, pollRestore } from './restore.ts';
import { tearDown } from './tear-down.ts';
import { validateRestore } from './validate.ts';
import { verifyCapture } from './verify.ts';
import { restorableWindow } from './window.ts';

export type { RdsEngine } from './clusters.ts';
export type { RdsPorts } from './ports.ts';

/** Aurora, DocumentDB and Neptune: cluster snapshots of one control plane, copied and restored by AWS itself. */
export function rdsDriver(engine: RdsEngine, ports: RdsPorts): EngineDriver {
  const noShards = async (): Promise<never> => {
    throw new InvariantViolation(`${engine} snapshots have no shards to move; nobody may ask for one`);
  };
  return {
    engine,
    can: CAPABILITIES[engine],
    begin: (spec) => beginCapture(ports, spec),
    poll: (spec, cursor) => pollCapture(ports, spec, cursor),
    captureShard: noShards,
    verify: (spec) => verifyCapture(ports, spec),
    abandon: (spec) => abandonCapture(ports, spec),
    beginCopy: (spec) => beginCopy(ports, spec),
    pollCopy: (spec, cursor) => pollCopy(ports, spec, cursor),
    copyShard: noShards,
    prove: (spec) => proveCopy(ports, spec),
    preflight: (spec) => preflightRestore(ports, spec),
    beginRestore: (spec) => beginRestore(ports, spec),
    pollRestore: (spec, cursor) => pollRestore(ports, spec, cursor),
    restoreShard: noShards,
    abandonRestore: async () => ({ target: 'unfinished' }),
    validate: (spec) => validateRestore(ports, spec),
    tearDown: (spec) => tearDown(ports, spec),
    discard: (spec) => discardPoint(ports, spec),
    window: (cluster) => restorableWindow(ports, cluster),
  };
}
