import type { LogChain } from '../../../core/log/chain.ts';
import { compared, firstOf, type History, type Wanted } from '../../../core/log/compare.ts';
import type { Stretch } from '../../../core/log/layout.ts';
import { earlier, type Instant, minutes } from '../../../core/time/instant.ts';
import { bringAll } from '../bring.ts';
import { type FollowPorts, LIMITS } from '../follow-ports.ts';
import { type Folder, historiesIn } from '../listing.ts';
import { isLoss } from '../prove.ts';
import type { HealStanding } from './standing.ts';

/** What a lap of one chain's comparison came to. */
export interface Lap {
  readonly compared: number;
  readonly mended: number;
  /** Gone at the source, and not here. */
  readonly lost: readonly string[];
  /** Where the next lap goes on; absent at the end. */
  readonly next?: HealStanding['at'];
}

interface Stretches {
  readonly kind: 'data' | 'names';
  readonly stretch: Stretch;
}

/** S3's clock and ours may differ by so much. */
const CLOCKS = minutes(2);

/**
 * Data first, and of what names it only what was written before the comparison began: all data of that was listed by
 * then. What came later is the next proof's matter.
 */
export async function lap(
  own: LogChain,
  folder: Folder,
  { begunAt, at = { stretch: 0 }, comparedBefore }: HealStanding,
  budget: number,
  ports: FollowPorts,
): Promise<Lap> {
  const { mendedMax } = ports.limits ?? LIMITS;
  const all: Stretches[] = (['data', 'names'] as const).flatMap((kind) =>
    folder.layout.written(kind, own.from).map((stretch) => ({ kind, stretch })),
  );
  const wanted: Record<Stretches['kind'], Wanted[]> = { data: [], names: [] };
  const lost: string[] = [];
  let seen = 0;
  let next: HealStanding['at'];
  for (let n = at.stretch; n < all.length && !next; n++) {
    const { kind, stretch } = all[n]!;
    const after = n === at.stretch ? at.after : undefined;
    for await (const [key, source, here] of bothIn(folder, after ? { ...stretch, after } : stretch, ports)) {
      const path = key.slice(folder.prefix.length);
      if (folder.layout.kindOf(path) === kind) {
        const work = judge(key, path, source, here);
        if (work === 'lost') lost.push(key);
        else if (work) wanted[kind].push(work);
      }
      if (++seen < budget && wanted.data.length + wanted.names.length < mendedMax) continue;
      next = { stretch: n, after: path };
      break;
    }
  }
  const data = await bringAll(wanted.data, ports);
  lost.push(...(data.get('gone') ?? []));
  // What is named and is not there is worse than what nobody names.
  const names = await bringAll(lost.length > 0 ? [] : wanted.names, ports);
  lost.push(...(names.get('gone') ?? []));
  const mended = [data, names].reduce((sum, each) => sum + brought(each), 0);
  return { compared: seen, mended, lost, ...(next && { next }) };

  function judge(
    key: string,
    path: string,
    source: History,
    here: History | undefined,
  ): Wanted | 'lost' | undefined {
    const first = firstOf(source);
    if (first && first.modifiedAt > earlier(begunAt, CLOCKS)) return undefined;
    const verdict = compared(source, here);
    if (verdict.outcome === 'there') return undefined;
    const begins = folder.layout.beginsAt(path);
    // What begins before the chain does may have been truncated here, or written anew with what is left of it.
    const cut = begins !== undefined && begins < own.from;
    if (verdict.outcome === 'gone') return isLoss(key, own, folder) ? 'lost' : undefined;
    if (verdict.outcome === 'copy') return cut && isHidden(source, here) ? undefined : verdict.wanted;
    return !cut && first && changedSince(here, comparedBefore)
      ? { key, version: first.version, bytes: first.bytes }
      : undefined;
  }
}

const brought = (outcomes: Awaited<ReturnType<typeof bringAll>>): number =>
  (outcomes.get('copied')?.length ?? 0) + (outcomes.get('mended')?.length ?? 0);

const isHidden = (source: History, here: History | undefined): boolean =>
  source[0]?.deleted === true || here?.[0]?.deleted === true;

/** S3 changes no object: what is not newer than the last comparison is what that compared. */
const changedSince = (here: History | undefined, comparedBefore: Instant | undefined): boolean =>
  comparedBefore === undefined || (here?.[0]?.modifiedAt ?? 0) >= earlier(comparedBefore, CLOCKS);

/** Both vaults in the order of keys, joined; what one of them alone has, too. */
async function* bothIn(
  { prefix }: Folder,
  stretch: Stretch,
  { source, own }: Pick<FollowPorts, 'source' | 'own'>,
): AsyncGenerator<readonly [string, History, History | undefined]> {
  const there = historiesIn(source, prefix, stretch);
  const here = historiesIn(own, prefix, stretch);
  let [a, b] = [await there.next(), await here.next()];
  while (!a.done || !b.done) {
    const left = a.done ? undefined : a.value;
    const right = b.done ? undefined : b.value;
    if (left && (!right || left[0] <= right[0])) {
      yield [left[0], left[1], right?.[0] === left[0] ? right[1] : undefined];
      if (right?.[0] === left[0]) b = await here.next();
      a = await there.next();
    } else {
      yield [right![0], [], right![1]];
      b = await here.next();
    }
  }
}
