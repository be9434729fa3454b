import type { Rot } from '../../../core/verify/rot.ts';
import { tell } from '../tell.ts';
import { wrongWith } from './items.ts';
import { charge, isOver, type Lap } from './lap.ts';

/** Reads again what a twin was copied over. Sound, it is mended and told; not sound, another twin has its turn. */
export async function readAgain(lap: Lap): Promise<void> {
  const { open, counts, ports } = lap;
  for (const rot of open.filter(({ state }) => state === 'copied')) {
    if (isOver(lap)) return;
    const after = await readOne(rot, lap);
    const at = open.indexOf(rot);
    if (after) open[at] = after;
    else {
      open.splice(at, 1);
      counts.mended++;
      await tell(ports, 'RotMended', rot, `it was copied from ${rot.tried.at(-1)}, and read again`);
    }
  }
}

/** @returns what it is now; undefined when it is sound */
async function readOne(rot: Rot, lap: Lap): Promise<Rot | undefined> {
  const { shelf } = lap.ports;
  const { cluster, recoveryPoint: id, key, expected, entry, bytes, reading: from } = rot;
  const { reading: _, ...rest } = rot;
  if (rot.kind !== 'item') {
    const file =
      rot.kind === 'shard' && entry
        ? await shelf.shard(cluster, id, entry)
        : await shelf.index(cluster, id, expected || undefined);
    charge(lap, file.bytes);
    return file.wrong && { ...rest, state: 'rotten', reason: file.wrong.reason };
  }
  const most = Math.max(1, Math.min(lap.budget.left, bytes - (from?.offset ?? 0)));
  const read = await shelf.read(key, from, most);
  charge(lap, most);
  if (read.outcome === 'more' && read.reading.offset < bytes) return { ...rest, reading: read.reading };
  const wrong = wrongWith(key, { bytes, checksum: expected }, read, lap.ports.region);
  return wrong && { ...rest, state: 'rotten', reason: wrong.reason };
}
