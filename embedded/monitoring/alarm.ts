import { type Instant, instant, iso, later, seconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { Timer } from '../clock/event-queue.ts';
import type { World } from '../clock/world.ts';
import { Periods, type Statistics } from './series.ts';

type Statistic = 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount';
type Comparison =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

/** An alarm in the words of PutMetricAlarm and of CloudFormation. */
export interface AlarmInput {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic: Statistic;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: Comparison;
  readonly TreatMissingData?: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
  readonly ActionsEnabled?: boolean;
  readonly Unit?: string;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Transition {
  readonly at: Instant;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
}

const VALUE: Readonly<Record<Statistic, (s: Statistics) => number>> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
  SampleCount: ({ count }) => count,
};
const BREACHES: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Datapoints of a period arrive a little after its end. */
const LATE = seconds(10);

/**
 * One alarm over one series. It looks at the end of each period as long as what it sees can still change: after the
 * last datapoint has left its window, nothing does.
 */
export class Alarm {
  readonly input: AlarmInput;
  readonly region: string;
  readonly transitions: Transition[] = [];
  state: AlarmState = 'INSUFFICIENT_DATA';
  readonly #world: World;
  readonly #daylight: Daylight;
  readonly #periods: Periods;
  readonly #changed: (alarm: Alarm, transition: Transition) => void;
  #timer: Timer | undefined;
  #lookUntil: number;

  constructor(
    region: string,
    input: AlarmInput,
    world: World,
    daylight: Daylight,
    changed: (alarm: Alarm, transition: Transition) => void,
  ) {
    this.region = region;
    this.input = input;
    this.#world = world;
    this.#daylight = daylight;
    this.#changed = changed;
    this.#periods = new Periods(this.#period, input.EvaluationPeriods + 2);
    this.#lookUntil = world.now();
    this.#look();
  }

  get #period(): number {
    return this.input.Period * 1_000;
  }

  observe(value: number, level: boolean): void {
    this.#periods.add(this.#world.now(), value, level);
    this.#look();
  }

  /** Looks at the end of this period and of as many more as a datapoint stays in the window. */
  #look(): void {
    const now = this.#world.now();
    this.#lookUntil = this.#periods.startOf(now) + this.#period * (this.input.EvaluationPeriods + 1);
    this.#timer ??= this.#armAt(this.#periods.startOf(now) + this.#period);
  }

  #armAt(end: number): Timer {
    return this.#world.at(later(instant(end), LATE), async () => {
      if (this.#daylight.isDark(this.region)) await this.#daylight.of(this.region);
      this.#timer = undefined;
      this.#evaluate(end);
      if (end < this.#lookUntil) this.#timer = this.#armAt(end + this.#period);
    });
  }

  #evaluate(end: number): void {
    const {
      EvaluationPeriods: periods,
      Threshold: threshold,
      TreatMissingData: missing = 'missing',
    } = this.input;
    const needed = this.input.DatapointsToAlarm ?? periods;
    const values = Array.from({ length: periods }, (_, n) => {
      const found = this.#periods.at(end - this.#period * (n + 1));
      return found && VALUE[this.input.Statistic](found);
    });
    const present = values.filter((value) => value !== undefined);
    if (present.length === 0 && missing === 'ignore') return;
    if (present.length === 0 && missing === 'missing') {
      this.#become('INSUFFICIENT_DATA', `no datapoints in ${periods} periods`);
      return;
    }
    const breaching =
      present.filter((value) => BREACHES[this.input.ComparisonOperator](value, threshold)).length +
      (missing === 'breaching' ? periods - present.length : 0);
    const seen = present.length === 0 ? 'no datapoints' : `datapoints ${present.join(', ')}`;
    this.#become(
      breaching >= needed ? 'ALARM' : 'OK',
      `${seen}; ${breaching} of ${periods} periods breach ${this.input.ComparisonOperator} ${threshold}`,
    );
  }

  #become(to: AlarmState, reason: string): void {
    if (to === this.state) return;
    const transition = { at: this.#world.now(), from: this.state, to, reason };
    this.state = to;
    this.transitions.push(transition);
    this.#changed(this, transition);
  }
}

/** What an alarm's action sends to its topic. */
export function notification(alarm: Alarm, account: string, { at, from, to, reason }: Transition): string {
  const { input, region } = alarm;
  return JSON.stringify({
    AlarmName: input.AlarmName,
    AlarmDescription: input.AlarmDescription ?? null,
    AWSAccountId: account,
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: iso(at),
    Region: region,
    AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${input.AlarmName}`,
    OldStateValue: from,
    Trigger: { MetricName: input.MetricName, Namespace: input.Namespace, Threshold: input.Threshold },
  });
}
