import type { Label } from '../../core/objectives/label.ts';
import { days, seconds, speak } from '../../core/time/instant.ts';
import { table } from './table.ts';

const STATUS_HEADER = [
  'CLUSTER',
  'ENGINE',
  'RUNS IN',
  'WOULD LOSE',
  'RESTORE TAKES',
  'DRILLED',
  '3-2-1',
  'RISKS',
] as const;

/** One line for each cluster. */
export const statusLines = (labels: readonly Label[]): string[] =>
  table([
    STATUS_HEADER,
    ...labels.map((label) => [
      label.cluster,
      label.engine,
      label.side.active,
      label.regions
        .map(
          ({ region, restoresTo, achievedRpoSeconds: lost }) =>
            `${region} ${restoresTo === null ? 'all' : spoken(lost)}`,
        )
        .join(', '),
      `${spoken(label.rto.forecastSeconds)} of ${spoken(label.objectives.rtoSeconds)}`,
      drilled(label),
      count(label),
      [...new Set(label.risks.map(({ name }) => name))].join(' ') || 'none',
    ]),
  ]);

/** All of a label, for a person. */
export function labelLines(label: Label): string[] {
  const { objectives, side, rto, threeTwoOne: rule, drill } = label;
  const rows: (readonly [string, string])[] = [
    ['cluster', `${label.cluster} (${label.engine}), plan ${label.plan}`],
    ['runs in', `${side.active}${side.group === null ? '' : `, group ${side.group} in epoch ${side.epoch}`}`],
    [
      'objectives',
      `lose ${spoken(objectives.rpoSeconds)}, be back in ${spoken(objectives.rtoSeconds)}, survive the loss of its ${objectives.survives}`,
    ],
    ...label.regions.map((each): readonly [string, string] => [
      `in ${each.region}`,
      each.restoresTo === null
        ? 'nothing of it is proven'
        : `restores to ${each.restoresTo}, ${spoken(each.achievedRpoSeconds)} ago; ${each.provenCopies} proven points, the newest ${each.newestPoint} with root ${each.root ?? 'unknown'}; ${scrubbed(each)}`,
    ]),
    ['a restore takes', rto.why.join('; ')],
    [
      'the last one took',
      rto.achievedSeconds === null
        ? 'none was measured'
        : `${spoken(rto.achievedSeconds)}, on ${rto.achievedAt}`,
    ],
    [
      'in time for',
      rto.passesInDays === null
        ? 'as long as it grows no faster'
        : `${rto.passesInDays} days more, as it grows`,
    ],
    ['last drill', drillSentence(label)],
    ['receipt', drill.receipt ? `number ${drill.receipt.number} in ${drill.receipt.region}` : 'none'],
    ...(['copies', 'media', 'offSite', 'immutable', 'verified'] as const).map(
      (part): readonly [string, string] => [
        SPOKEN[part],
        `${rule[part].holds ? 'yes' : 'no'}${typeof rule[part].value === 'number' ? `, ${rule[part].value}` : ''}: ${rule[part].why}`,
      ],
    ),
    ...label.risks.map(({ name, message }): readonly [string, string] => ['risk', `${name}: ${message}`]),
  ];
  return table(rows);
}

const SPOKEN = {
  copies: '3 copies',
  media: '2 media',
  offSite: '1 off site',
  immutable: '1 immutable',
  verified: '0 errors',
} as const;

const spoken = (length: number): string => speak(seconds(length));

const scrubbed = ({ lastScrub, unmended }: Label['regions'][number]): string =>
  lastScrub === null
    ? 'no scrub is known'
    : `scrubbed ${lastScrub}, ${unmended === 0 ? 'sound' : `${unmended} objects not mended`}`;

const drilled = ({ drill }: Label): string =>
  drill.daysSincePassed === null
    ? 'never'
    : drill.daysSincePassed === 0
      ? 'today'
      : `${speak(days(drill.daysSincePassed))} ago`;

const drillSentence = ({ drill }: Label): string =>
  drill.last === null
    ? 'none'
    : `${drill.last.id} ${drill.last.state} at ${drill.last.endedAt}; ${drill.lastPassed === null ? 'none ever passed' : `the last that passed ended at ${drill.lastPassed}`}`;

const count = ({ threeTwoOne: { copies, media, offSite } }: Label): string =>
  `${copies.value}-${media.value}-${offSite.value}`;
