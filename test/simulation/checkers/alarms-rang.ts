import type { Stage } from '../../../cli/stage.ts';
import { type Duration, type Instant, iso, minutes, seconds } from '../../../core/time/instant.ts';
import type { Alarm } from '../../../embedded/monitoring/alarm.ts';
import type { Announced } from './announced.ts';
import type { Weather } from './weather.ts';

/** A metric of a period arrives shortly after its end, and a mail shortly after its alarm. */
const ON_ITS_WAY = minutes(1);

/** The alarms of a run: whether they rang, and whether somebody heard it. */
export class AlarmsRang {
  readonly #alarms: readonly Alarm[];
  readonly #announced: Announced;

  constructor({ cloud }: Stage, announced: Announced) {
    this.#alarms = cloud.monitoring.alarms;
    this.#announced = announced;
  }

  /** How long an alarm takes by its own words: its period, as often as it evaluates, and the period it fell into. */
  within(region: string, name: string): Duration {
    const { input } = this.#named(region, name);
    const period =
      input.Period ?? input.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 0;
    return (seconds(period * (input.EvaluationPeriods + 1)) + ON_ITS_WAY) as Duration;
  }

  /** Whether it was ringing at some moment in between. */
  rang(region: string, name: string, from: Instant, to: Instant): boolean {
    const { transitions } = this.#named(region, name);
    const before = transitions.filter(({ at }) => at <= from).at(-1);
    return (
      before?.to === 'ALARM' ||
      transitions.some(({ at, to: state }) => state === 'ALARM' && at > from && at <= to)
    );
  }

  /** Alarms that rang, and no mail of it was found in the inbox of the region's alerts topic. */
  unheard(weather: Weather): string[] {
    return this.#alarms.flatMap(({ region, input: { AlarmName: name }, transitions }) =>
      transitions
        .filter(({ to }) => to === 'ALARM')
        .flatMap(({ at }) => {
          const latest = weather.latest(at, ON_ITS_WAY, [region]);
          const heard = this.#announced
            .mails(region)
            .some((mail) => mail.at >= at && mail.subject.startsWith(`ALARM: "${name}"`));
          return latest === undefined || heard
            ? []
            : [`the alarm ${name} in ${region} rang at ${iso(at)}, and the alerts topic has no word of it`];
        }),
    );
  }

  #named(region: string, name: string): Alarm {
    const full = `holdfast-${name}`;
    const found = this.#alarms.find((alarm) => alarm.region === region && alarm.input.AlarmName === full);
    if (found) return found;
    const there = this.#alarms.filter((alarm) => alarm.region === region).map(({ input }) => input.AlarmName);
    throw new Error(`${region} has no alarm ${full}; it has ${there.join(', ')}`);
  }
}
