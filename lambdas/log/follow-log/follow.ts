import { logKeyOf } from '../../../core/log/layout.ts';
import { between, type Instant, inSeconds, parseInstant } from '../../../core/time/instant.ts';
import type { followLog } from '../../../workflows/contracts/log.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { bring } from '../bring.ts';
import { fencedChain } from '../fenced-chain.ts';
import type { FollowPorts } from '../follow-ports.ts';
import { followedHere } from '../followed.ts';
import { prove } from '../prove.ts';

/**
 * One event of the primary's vault. Data is copied at once: nobody reads it before something names it. What names it
 * waits for the next checkpoint, which copies it behind all data that was there when it was written.
 */
export async function follow(
  event: Input<typeof followLog>,
  ports: FollowPorts,
  now: Instant,
): Promise<Output<typeof followLog>> {
  const { bucket, object } = event.detail;
  const at = bucket.name === ports.source.bucket ? logKeyOf(object.key) : undefined;
  const layout = at && (await layoutOf(at.cluster, ports));
  if (!at || !layout) return { outcome: 'not-followed' };
  const kind = layout.kindOf(at.path);
  if (kind === 'local') return { outcome: 'not-followed' };
  if (kind === 'names') return { outcome: 'later' };
  const fenced = await fencedChain(at, ports);
  if (fenced) {
    ports.telemetry.info(`${object.key} is not followed: ${fenced.message}`, { reason: fenced.name });
    return { outcome: 'not-followed' };
  }
  const outcome =
    kind === 'checkpoint' ? await prove({ ...at, layout }, ports, now) : await bringData(object, ports);
  if (outcome === 'copied' || outcome === 'reached') measure(event, at.cluster, ports, now);
  return { outcome };
}

async function layoutOf(cluster: string, ports: FollowPorts) {
  const { installation } = await ports.configuration.read();
  return followedHere(installation, ports).find((each) => each.cluster === cluster)?.layout;
}

async function bringData(
  object: Input<typeof followLog>['detail']['object'],
  ports: FollowPorts,
): ReturnType<typeof bring> {
  const { key, size } = object;
  // A vault keeps versions, so an event without one is none of S3's; the first version is what an engine wrote.
  const version = object['version-id'] ?? (await ports.source.bytes.versions(key)).at(-1);
  return version === undefined ? 'gone' : bring({ key, version, bytes: size ?? 0 }, ports);
}

/** From S3's event to the copy; of a checkpoint, to the proof of all before it. */
function measure(
  { time }: Input<typeof followLog>,
  cluster: string,
  { telemetry, region }: FollowPorts,
  now: Instant,
): void {
  const since = parseInstant(time);
  if (since === undefined) return;
  const lag = Math.max(0, inSeconds(between(since, now)));
  telemetry.metric('CopyLag', 'Seconds', lag, { cluster, region, of: 'log' });
}
