import { type Instant, instant, iso, later, seconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { Timer } from '../clock/event-queue.ts';
import type { World } from '../clock/world.ts';
import { type AlarmInput, readAlarm, type Watched } from './alarm-input.ts';
import { Periods, type SeriesName, VALUE } from './series.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Transition {
  readonly at: Instant;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
}

const BREACHES: Readonly<
  Record<AlarmInput['ComparisonOperator'], (value: number, threshold: number) => boolean>
> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Datapoints of a period arrive a little after its end. */
const LATE = seconds(10);

/**
 * One alarm. It looks at the end of each period as long as what it sees can still change: after the
 * last datapoint has left its window, nothing does.
 */
export class Alarm {
  readonly input: AlarmInput;
  readonly region: string;
  readonly transitions: Transition[] = [];
  state: AlarmState = 'INSUFFICIENT_DATA';
  readonly #world: World;
  readonly #daylight: Daylight;
  readonly #watched: Watched;
  readonly #periods: readonly Periods[];
  readonly #changed: (alarm: Alarm, transition: Transition) => void;
  #timer: Timer | undefined;
  #lookUntil: number;
  #retired = false;

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
    this.#watched = readAlarm(region, input);
    this.#periods = this.#watched.terms.map(() => new Periods(this.#period, input.EvaluationPeriods + 2));
    this.#lookUntil = world.now();
    this.#look();
  }

  get #period(): number {
    return this.#watched.periodSeconds * 1_000;
  }

  /** The series that it wants to hear of; `observe` names them by their position here. */
  get series(): readonly SeriesName[] {
    return this.#watched.terms.map(({ series }) => series);
  }

  observe(position: number, value: number, level: boolean): void {
    this.#periods[position]!.add(this.#world.now(), value, level);
    this.#look();
  }

  /** Another one has taken its place: it never looks again. */
  retire(): void {
    this.#retired = true;
    this.#timer?.cancel();
  }

  /** Looks at the end of this period and of as many more as a datapoint stays in the window. */
  #look(): void {
    const now = this.#world.now();
    const start = Math.floor(now / this.#period) * this.#period;
    this.#lookUntil = start + this.#period * (this.input.EvaluationPeriods + 1);
    this.#timer ??= this.#armAt(start + this.#period);
  }

  #armAt(end: number): Timer {
    return this.#world.at(later(instant(end), LATE), async () => {
      if (this.#daylight.isDark(this.region)) await this.#daylight.of(this.region);
      if (this.#retired) return;
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
    const values = Array.from({ length: periods }, (_, n) => this.#valueAt(end - this.#period * (n + 1)));
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

  #valueAt(start: number): number | undefined {
    const values = this.#watched.terms.map(({ statistic }, position) => {
      const found = this.#periods[position]!.at(start);
      return found && VALUE[statistic](found);
    });
    return this.#watched.combine(values);
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
    Trigger: {
      Metrics: alarm.series.map(({ namespace, name }) => `${namespace}/${name}`),
      Threshold: input.Threshold,
    },
  });
}
