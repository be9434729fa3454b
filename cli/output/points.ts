import type { CopyRecord, LegalHold, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { type Instant, iso } from '../../core/time/instant.ts';
import type { ClusterView, PointView } from '../operator/overview.ts';
import { bytes, table } from './table.ts';

const HEADER = ['RECOVERY POINT', 'STATE', 'TAKEN AT', 'ITEMS', 'SIZE', 'COPIES', 'WHY'] as const;

export function clusterLines({ cluster, points, holds }: ClusterView): string[] {
  const rows = points.map((view) => [
    view.point.id,
    view.point.state,
    view.point.takenAt === undefined ? '' : iso(view.point.takenAt),
    view.point.content?.items ?? '',
    view.point.content ? bytes(view.point.content.bytes) : '',
    view.copies.map(({ region, state }) => `${region} ${state}`).join(', '),
    whyOf(view),
  ]);
  const held = holds.filter(({ recoveryPoint }) => recoveryPoint === undefined);
  return [
    `${cluster}: ${points.length === 0 ? 'no recovery points' : `${points.length} recovery points`}${held.map((hold) => `, held by ${hold.name}`).join('')}`,
    ...(rows.length > 0 ? table([HEADER, ...rows]).map((line) => `  ${line}`) : []),
  ];
}

/** Why a point stays; for one that does not, what becomes of it. */
export function whyOf({ point, keptFor }: PointView): string {
  if (keptFor) return keptFor.join(' ') || 'nothing any more: due to expire';
  if (point.state === 'expiring') return `in the bin until ${orUnknown(point.discardAfter)}`;
  return point.reason ? `${point.reason.name}: ${point.reason.message}` : '';
}

export function pointLines(view: PointView & { readonly holds: readonly LegalHold[] }): string[] {
  const { point, copies, holds } = view;
  const { content } = point;
  const rows: (readonly [string, string])[] = [
    ['recovery point', point.id],
    ['cluster', `${point.cluster} (${point.engine}), plan ${point.plan}, rule ${point.rule}`],
    ['state', point.state],
    ['taken at', orUnknown(point.takenAt)],
    ['sealed at', orUnknown(point.sealedAt)],
    ['why', whyOf(view) || 'no reason is recorded'],
  ];
  if (point.state === 'expiring' && point.reason) rows.push(['expired because', point.reason.message]);
  if (point.manual) rows.push(['asked for', point.manual.note]);
  if (content) {
    rows.push(['holds', `${content.items} items, ${bytes(content.bytes)}`]);
    rows.push(['new in it', `${content.newItems} items, ${bytes(content.newBytes)}`]);
    rows.push(['Merkle root', content.root]);
  }
  for (const hold of holds) rows.push(['held by', `${hold.name} since ${iso(hold.placedAt)}: ${hold.why}`]);
  for (const copy of copies) rows.push([`copy in ${copy.region}`, copySentence(copy)]);
  return table(rows);
}

function copySentence({ state, provenAt, discardAfter, reason }: CopyRecord): string {
  if (state === 'proven') return `proven at ${orUnknown(provenAt)}`;
  if (state === 'expiring') return `in the bin until ${orUnknown(discardAfter)}`;
  return reason ? `${state}: ${reason.message}` : state;
}

const orUnknown = (at: Instant | undefined): string => (at === undefined ? 'not known yet' : iso(at));

/** For machines: instants as ISO 8601, as everywhere outside the process. */
export const pointJson = ({ point, copies, keptFor }: PointView): object => ({
  ...isoFields<RecoveryPoint>(point),
  ...(point.manual && {
    manual: {
      note: point.manual.note,
      ...(point.manual.keepUntil !== undefined && { keepUntil: iso(point.manual.keepUntil) }),
    },
  }),
  ...(keptFor && { keptFor }),
  copies: copies.map((copy) => isoFields<CopyRecord>(copy)),
});

export const holdJson = (hold: LegalHold): object => isoFields<LegalHold>(hold);

const INSTANTS: ReadonlySet<string> = new Set([
  'scheduledAt',
  'openedAt',
  'takenAt',
  'sealedAt',
  'discardAfter',
  'startedAt',
  'provenAt',
  'placedAt',
]);

const isoFields = <Rec extends object>(record: Rec): object =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, INSTANTS.has(key) ? iso(value as Instant) : value]),
  );
