import { parseInstant } from '../time/instant.ts';
import type { Label } from './label.ts';

type Labels = Readonly<Record<string, string>>;
interface Sample {
  readonly labels: Labels;
  readonly value: number;
}
interface Family {
  readonly name: string;
  readonly help: string;
  readonly unit?: 'seconds' | 'bytes';
  readonly samples: (label: Label) => readonly (Sample | undefined)[];
}

const of = ({ cluster }: Label, value: number | null, more: Labels = {}): Sample | undefined =>
  value === null ? undefined : { labels: { cluster, ...more }, value };
const perRegion =
  (value: (region: Label['regions'][number]) => number | null): Family['samples'] =>
  (label) =>
    label.regions.map((region) => of(label, value(region), { region: region.region }));
const epochSeconds = (at: string | null): number | null => {
  const instant = parseInstant(at ?? '');
  return instant === undefined ? null : instant / 1_000;
};

/** All gauges. What is not known has no sample, rather than a number that looks like one. */
const FAMILIES: readonly Family[] = [
  {
    name: 'holdfast_achieved_rpo_seconds',
    unit: 'seconds',
    help: 'What would be lost in a region that restored now.',
    samples: perRegion((r) => r.achievedRpoSeconds),
  },
  {
    name: 'holdfast_rpo_seconds',
    unit: 'seconds',
    help: 'What may be lost.',
    samples: (l) => [of(l, l.objectives.rpoSeconds)],
  },
  {
    name: 'holdfast_rto_seconds',
    unit: 'seconds',
    help: 'What a restore may take.',
    samples: (l) => [of(l, l.objectives.rtoSeconds)],
  },
  {
    name: 'holdfast_rto_forecast_seconds',
    unit: 'seconds',
    help: 'What the next restore is expected to take.',
    samples: (l) => [of(l, l.rto.forecastSeconds)],
  },
  {
    name: 'holdfast_rto_achieved_seconds',
    unit: 'seconds',
    help: 'What the last restore took.',
    samples: (l) => [of(l, l.rto.achievedSeconds)],
  },
  {
    name: 'holdfast_rto_passes_in_days',
    help: 'Days until the forecast passes the objective.',
    samples: (l) => [of(l, l.rto.passesInDays)],
  },
  {
    name: 'holdfast_days_since_passed_drill',
    help: 'Days since a drill passed.',
    samples: (l) => [of(l, l.drill.daysSincePassed)],
  },
  {
    name: 'holdfast_copies',
    help: 'Copies as 3-2-1 counts them, the cluster itself among them.',
    samples: (l) => [of(l, l.threeTwoOne.copies.value)],
  },
  {
    name: 'holdfast_media',
    help: 'Media that the copies lie on.',
    samples: (l) => [of(l, l.threeTwoOne.media.value)],
  },
  {
    name: 'holdfast_copies_off_site',
    help: 'Copies in other regions than the one that it runs in.',
    samples: (l) => [of(l, l.threeTwoOne.offSite.value)],
  },
  {
    name: 'holdfast_locked_until_timestamp_seconds',
    unit: 'seconds',
    help: 'Until when the newest point cannot be deleted.',
    samples: (l) => [of(l, epochSeconds(l.threeTwoOne.immutable.value))],
  },
  {
    name: 'holdfast_verified',
    help: '1 when no scrub and no drill found an error.',
    samples: (l) => [of(l, l.threeTwoOne.verified.holds ? 1 : 0)],
  },
  {
    name: 'holdfast_proven_points',
    help: 'Recovery points that are proven in a region.',
    samples: perRegion((r) => r.provenCopies),
  },
  {
    name: 'holdfast_last_scrub_timestamp_seconds',
    unit: 'seconds',
    help: 'When the vault was scrubbed last.',
    samples: perRegion((r) => epochSeconds(r.lastScrub)),
  },
  {
    name: 'holdfast_group_epoch',
    help: 'Number of the true side.',
    samples: (l) => [of(l, l.side.epoch, { group: l.side.group ?? '', active: l.side.active })],
  },
  {
    name: 'holdfast_open_risk',
    help: 'How often a risk is open; the label says why.',
    samples: (l) =>
      [...Map.groupBy(l.risks, ({ name }) => name)].map(([risk, all]) => of(l, all.length, { risk })),
  },
];

/** Labels of any number of clusters in OpenMetrics 1.0: each family once, with its samples together, and an end. */
export function openMetrics(labels: readonly Label[]): string {
  const lines = FAMILIES.flatMap(({ name, help, unit, samples }) => {
    const all = labels.flatMap(samples).filter((sample) => sample !== undefined);
    if (all.length === 0) return [];
    return [
      `# TYPE ${name} gauge`,
      ...(unit ? [`# UNIT ${name} ${unit}`] : []),
      `# HELP ${name} ${help}`,
      ...all.map((sample) => `${name}${spoken(sample.labels)} ${sample.value}`),
    ];
  });
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

const spoken = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([key, value]) => `${key}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`)
    .join(',')}}`;
