import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CopyFailed, type Reason, RootMismatch, reasonOf } from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import type { Catalog } from '../../../core/ports/catalog.ts';
import { between, type Instant, inSeconds, iso } from '../../../core/time/instant.ts';
import type { proveCopy } from '../../../workflows/contracts/copy.ts';
import { leavePage } from '../../shared/leave-page.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { setAsideBase } from '../../shared/set-aside-base.ts';
import { copySpec } from '../copy-spec.ts';

type ProveInput = Input<typeof proveCopy>;
type ProvePorts = Pick<
  TaskPorts,
  'configuration' | 'catalog' | 'drivers' | 'pages' | 'announcer' | 'telemetry'
>;

/** Proven means: the root over what lies there equals the root that was sealed. The driver compares, and so does this. */
export async function prove(
  request: ProveInput,
  ports: ProvePorts,
  now: Instant,
): Promise<Output<typeof proveCopy>> {
  const { spec, driver } = await copySpec(request, ports, now);
  const { point, region } = spec;
  const copy = await ports.catalog.copy(point.id, region);
  if (copy?.state === 'proven') {
    await say(ports, point, copy, now);
    return { outcome: 'sound' };
  }
  if (copy?.state !== 'copying' && copy?.state !== 'copied')
    throw new CopyFailed(
      `the copy of ${point.id} to ${region} is ${copy?.state ?? 'not in the catalog'} and cannot be proven`,
    );
  const verdict = await driver.prove(spec, request.copy.cursor);
  const flaw = verdict.sound ? unequal(point, region, verdict.index) : verdict.reason;
  if (flaw || !verdict.sound) return { outcome: 'unsound', ...(flaw && { reason: flaw }) };
  await leavePage({ cluster: spec.cluster, point, index: verdict.index, region }, ports);
  await setAsideBase(ports, point.cluster, region, request.copy.cursor);
  const proven = await record(ports.catalog, request, copy, point, verdict.index, now);
  await say(ports, point, proven, now);
  return { outcome: 'sound' };
}

function unequal(point: RecoveryPoint, region: string, index: ManifestIndex): Reason | undefined {
  const { content } = point;
  invariant(content, 'a point that is copied was sealed with its content', { recoveryPoint: point.id });
  if (index.root === content.root) return undefined;
  return reasonOf(
    new RootMismatch(
      `${point.id} has root ${content.root} and its copy in ${region} has ${index.root}; copy it again`,
    ),
  );
}

async function record(
  catalog: Catalog,
  { copy: work }: ProveInput,
  copy: CopyRecord,
  point: RecoveryPoint,
  index: ManifestIndex,
  now: Instant,
): Promise<CopyRecord> {
  const { id, region } = copy;
  if (copy.state === 'copying') await catalog.advanceCopy(id, region, 'copied');
  const counted = (name: string, fallback: number): number =>
    typeof work.cursor[name] === 'number' ? work.cursor[name] : fallback;
  const proven = await catalog.advanceCopy(id, region, 'proven', {
    provenAt: now,
    root: index.root,
    newItems: counted('newItems', index.newItems),
    newBytes: counted('newBytes', index.newBytes),
    ...(point.takenAt !== undefined && { takenAt: point.takenAt }),
  });
  return followIntoBin(catalog, proven, now);
}

/**
 * The point may have been expired while its copy ran (a copy that was started again by hand). Then the copy has to
 * follow it, or nothing would ever discard it.
 */
async function followIntoBin(catalog: Catalog, copy: CopyRecord, now: Instant): Promise<CopyRecord> {
  const point = await catalog.point(copy.id);
  if (point?.state !== 'expiring' && point?.state !== 'discarded') return copy;
  return catalog.advanceCopy(copy.id, copy.region, 'expiring', { discardAfter: point.discardAfter ?? now });
}

async function say(ports: ProvePorts, point: RecoveryPoint, copy: CopyRecord, now: Instant): Promise<void> {
  const lag = inSeconds(between(point.takenAt ?? point.openedAt, copy.provenAt ?? now));
  ports.telemetry.metric('CopyLag', 'Seconds', lag, { cluster: point.cluster, region: copy.region });
  await ports.announcer.announce({
    name: 'RecoveryPointCopied',
    cluster: point.cluster,
    region: copy.region,
    recoveryPoint: point.id,
    sentence: `${point.id} is protected in ${copy.region}: the roots are equal at ${iso(copy.provenAt ?? now)}`,
    facts: { lagSeconds: lag, newItems: copy.newItems ?? 0, newBytes: copy.newBytes ?? 0 },
  });
}
