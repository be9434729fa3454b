import { between, type Instant, inSeconds, iso, seconds, speak } from '../time/instant.ts';
import type { Move, MoveMember } from './move.ts';

/** At most this many members in a question or an event: somebody reads it on a telephone. */
const SHOWN = 20;

const spoken = (length: number): string => speak(seconds(length));

/** The members' instants, from the earliest to the latest, in seconds. */
export function skewOf(members: readonly Pick<MoveMember, 'instant'>[]): number {
  const all = members.map((member) => member.instant);
  return all.length === 0 ? 0 : Math.round((Math.max(...all) - Math.min(...all)) / 1_000);
}

/** The longest forecast of each layer, one after the other. */
export function forecastOfAll(members: readonly Pick<MoveMember, 'layer' | 'forecastSeconds'>[]): number {
  const layers = Map.groupBy(members, ({ layer }) => layer);
  return [...layers.values()].reduce(
    (sum, layer) => sum + Math.max(...layer.map(({ forecastSeconds }) => forecastSeconds)),
    0,
  );
}

/**
 * The question that a failover asks: what will be done, and what is given up. When the other side took its last write is not
 * known here: at the latest now, and not before it was last heard of.
 */
export function questionOf(move: Move, members: readonly MoveMember[], heardAt: Instant): string {
  const { worst, beyond } = lossOf(members, (member) => member.lossSeconds);
  const then = lossOf(members, (member) => Math.max(0, inSeconds(between(member.instant, heardAt))));
  const silent = inSeconds(between(heardAt, move.askedAt));
  const since =
    silent < WORTH_SAYING
      ? ''
      : `; that counts until now: ${move.from} was last heard of ${spoken(silent)} ago, and until then it is ${spoken(then.worst)}${then.beyond || (beyond && ', within every objective')}`;
  return (
    `${move.group} is to fail over from ${move.from} to ${move.to}: ${count(members.length, 'cluster')}, in about ` +
    `${spoken(forecastOfAll(members))}; up to ${spoken(worst)} of what was written last is given up${beyond}${since}`
  );
}

/** Seconds between the two figures of a loss below which one of them is enough. */
const WORTH_SAYING = 60;

function lossOf(
  members: readonly MoveMember[],
  secondsOf: (member: MoveMember) => number,
): { readonly worst: number; readonly beyond: string } {
  const over = members.filter((member) => secondsOf(member) > member.rpoSeconds);
  return {
    worst: Math.max(...members.map(secondsOf)),
    beyond: over.length === 0 ? '' : `, which is more than its objective for ${names(over)}`,
  };
}

export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

export function names(members: readonly Pick<MoveMember, 'cluster'>[]): string {
  const shown = members.slice(0, SHOWN).map(({ cluster }) => cluster);
  const more = members.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Part of the question of a planned move: whose clusters lose what they hold, said to whoever says yes. */
export const emptiedFirst = (clusters: readonly string[], to: string): string =>
  clusters.length === 0
    ? ''
    : `; emptied in ${to} first: ${clusters.join(', ')}: all databases there are dropped for good, with whatever ${to} accepted by itself, and the last backup fills ${clusters.length === 1 ? 'it' : 'them'}`;

/** The figures behind the question, one for each member. */
export function factsOf(
  move: Move,
  members: readonly MoveMember[],
  notes: Readonly<Record<string, string>>,
): Readonly<Record<string, string | number>> {
  const each = members
    .slice(0, SHOWN)
    .map((member) => [member.cluster, figures(member, notes[member.cluster])]);
  return {
    group: move.group,
    from: move.from,
    to: move.to,
    members: members.length,
    skew: spoken(skewOf(members)),
    ...Object.fromEntries(each),
  };
}

function figures(member: MoveMember, note: string | undefined): string {
  const { way, instant: at, lossSeconds, rpoSeconds, forecastSeconds, rtoSeconds } = member;
  const from = member.recoveryPoint === undefined ? '' : ` from ${member.recoveryPoint}`;
  const how =
    way === 'promote' ? `its standby, which certainly has ${iso(at)}` : `restored to ${iso(at)}${from}`;
  return (
    `${how}: gives up ${spoken(lossSeconds)} (objective ${spoken(rpoSeconds)}), takes about ` +
    `${spoken(forecastSeconds)} (objective ${spoken(rtoSeconds)})${note ? `; ${note}` : ''}`
  );
}

/** What was achieved, for the one who has to tell others. */
export function achievementOf(move: Move, members: readonly MoveMember[]): string {
  const { lossSeconds, tookSeconds } = achievedOf(members);
  const missed = members.filter(
    ({ lossSeconds: loss, rpoSeconds, achievedRtoSeconds = 0, rtoSeconds }) =>
      loss > rpoSeconds || achievedRtoSeconds > rtoSeconds,
  );
  const objectives =
    missed.length === 0 ? 'within all objectives' : `outside of an objective of ${names(missed)}`;
  return (
    `${move.group} serves in ${move.to}: ${count(members.length, 'cluster')}, ${spoken(tookSeconds)} after it was asked for, ` +
    `with at most ${spoken(lossSeconds)} given up, ${objectives}`
  );
}

/** Of a group that is what it is of its worst member. */
export const achievedOf = (
  members: readonly MoveMember[],
): { readonly lossSeconds: number; readonly tookSeconds: number } => ({
  lossSeconds: Math.max(0, ...members.map(({ lossSeconds }) => lossSeconds)),
  tookSeconds: Math.max(0, ...members.map(({ achievedRtoSeconds = 0 }) => achievedRtoSeconds)),
});

/** What was done so far, of a move that did not come to its end. */
export function standingOf(members: readonly MoveMember[]): string {
  const serving = members.filter(({ state }) => state === 'switched');
  const open = members.filter(({ state }) => state !== 'switched');
  const why = open
    .slice(0, SHOWN)
    .map(({ cluster, reason }) => (reason ? `${cluster}: ${reason.message}` : cluster));
  return `${serving.length === 0 ? 'no member serves' : `${names(serving)} serve`}; not yet: ${why.join('; ') || 'none'}`;
}

/** What a planned move achieved: what moved of all that there is. */
export function changedSides(
  move: Move,
  members: readonly MoveMember[],
  {
    movedBytes,
    totalBytes,
    lossSeconds,
  }: Readonly<Record<'movedBytes' | 'totalBytes' | 'lossSeconds', number>>,
): string {
  const lost = lossSeconds === 0 ? 'nothing was given up' : `${spoken(lossSeconds)} were given up`;
  return (
    `${move.group} is ${move.kind === 'failback' ? 'home' : 'active, as planned,'} in ${move.to}: ${count(members.length, 'cluster')}, ${movedBytes} bytes moved of ` +
    `${totalBytes} that there are, ${lost}`
  );
}
