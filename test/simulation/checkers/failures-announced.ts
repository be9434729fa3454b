import { ALERTS } from '../../../core/catalog/events.ts';
import {
  type Duration,
  days,
  earlier,
  hours,
  type Instant,
  iso,
  minutes,
} from '../../../core/time/instant.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { AlarmsRang } from './alarms-rang.ts';
import type { Announced, Heard } from './announced.ts';
import { type Ended, endOf, isBad, isRefused, tellsOf, wordOf } from './bad-ends.ts';
import { type Breach, Breaches } from './breaches.ts';
import type { Checker, Run } from './checker.ts';
import type { RecordWatch, Written } from './record-watch.ts';
import { runsCertain } from './runs-due.ts';
import { Weather } from './weather.ts';

/**
 * Whoever records a failure announces it next. Where nothing in a machine runs any more, its end is an event that waits
 * in a queue, and the function that hears it has an attempt every six minutes (lib/constructs/inbox.ts). A storm of
 * errors lasts five minutes at most, and others may follow it.
 */
const EVENT_WITHIN = minutes(45);
/** Something may be told while its record is still being written, or before that. */
const TOLD_BEFORE = hours(1);
/** Objectives are measured every 15 minutes (lib/constructs/triggers.ts); a measurement has its minute and its call. */
const MEASURED_WITHIN = minutes(15 + 5);
/** A breach that lasts is told once a day. */
const REMINDED_WITHIN = days(1);
/** A mail follows its event through a rule and a topic. */
const MAIL_WITHIN = minutes(5);

/**
 * Nothing fails in silence. Each execution that did not end well, each point, copy and restore that failed or was set
 * aside, each run that did not happen and each objective that was missed has its event on Holdfast's bus and its alarm,
 * and both reach the alerts topic, within their time. What a dark region owes is owed from when it is lit; that the
 * other region has said so meanwhile follows from its own measurement, which is judged like any other.
 */
export class FailuresAnnounced implements Checker {
  readonly name = 'failures-announced';
  readonly #announced: Announced;
  readonly #breaches = new Breaches();
  readonly #ended: Ended[] = [];
  readonly #states = new Map<string, unknown>();
  #began: Instant | undefined;
  /** How much was judged: a run in which nothing failed proves nothing. */
  readonly judged = { executions: 0, records: 0, missed: 0, breaches: 0 };

  constructor(records: RecordWatch, announced: Announced) {
    this.#announced = announced;
    records.onWritten((written) => this.#see(written));
  }

  begin({ stage, began }: Pick<Run, 'stage' | 'began'>): void {
    this.#began = began;
    this.#announced.begin(stage);
  }

  judge({ stage }: Pick<Run, 'stage'>): readonly string[] {
    const weather = new Weather(stage);
    const alarms = new AlarmsRang(stage, this.#announced);
    const executions = stage.cloud.states.machines.flatMap(({ arn }) => stage.cloud.states.list(arn));
    return [
      ...executions.filter(isBad).flatMap((one) => this.#ofExecution(one, weather, alarms)),
      ...this.#ended.flatMap((one) => this.#ofRecord(one, weather)),
      ...this.#missedRuns({ stage }, executions, weather),
      ...this.#unheardOf(weather, alarms, [
        stage.installation.regions.primary,
        ...stage.installation.regions.recovery,
      ]),
      ...this.#breaches.all(stage.deployed).flatMap((breach) => this.#ofBreach(breach, weather, alarms)),
      ...alarms.unheard(weather),
    ];
  }

  #see(written: Written): void {
    this.#breaches.see(written);
    const { record, item } = written;
    const from = this.#states.get(record);
    this.#states.set(record, item?.['state']);
    const ended = item && item['state'] !== from ? endOf(written, from) : undefined;
    if (ended) this.#ended.push(ended);
  }

  #heard(from: Instant, to: Instant, of: (heard: Heard) => boolean): boolean {
    return this.#announced.heard.some((heard) => heard.at >= from && heard.at <= to && of(heard));
  }

  #ofExecution(execution: Execution, weather: Weather, alarms: AlarmsRang): string[] {
    const { name, machine, status, error, startedAt, stoppedAt } = execution;
    const word = wordOf(machine.name);
    const { region } = machine;
    if (isRefused(execution, word)) return [];
    this.judged.executions++;
    const ended = error === undefined ? status : `${status} as ${error}`;
    const what = `${name} of ${machine.name} in ${region} ended ${ended} at ${iso(stoppedAt!)}`;
    const alarm = `machine-${word}`;
    const rings = weather.latest(stoppedAt!, alarms.within(region, alarm), [region]);
    const tells = weather.latest(stoppedAt!, EVENT_WITHIN, [region]);
    return [
      ...(rings !== undefined && !alarms.rang(region, alarm, stoppedAt!, rings)
        ? [`${what}, and the alarm ${alarm} was silent until ${iso(rings)}`]
        : []),
      ...(tells !== undefined && !this.#heard(startedAt, tells, tellsOf(execution, word))
        ? [`${what}, and no event said so until ${iso(tells)}`]
        : []),
    ];
  }

  #ofRecord({ what, at, home, told, since }: Ended, weather: Weather): string[] {
    const latest = weather.latest(at, EVENT_WITHIN, [home]);
    if (latest === undefined) return [];
    this.judged.records++;
    return this.#heard(since ?? earlier(at, TOLD_BEFORE), latest, told)
      ? []
      : [`${what} at ${iso(at)}, and no event said so until ${iso(latest)}`];
  }

  /** A trigger that reached nobody in its time waits in the queue of its region, over which an alarm rings. */
  #missedRuns({ stage }: Pick<Run, 'stage'>, executions: readonly Execution[], weather: Weather): string[] {
    const started = new Set(executions.map(({ name }) => name));
    return runsCertain(stage, this.#began!, stage.now).flatMap(({ id, at, rule, region }) => {
      const lost = this.#announced.undelivered(region);
      const latest = weather.latest(at, (EVENT_WITHIN + rule.flexibleWindow) as Duration, [region]);
      if (latest === undefined || started.has(id)) return [];
      this.judged.missed++;
      return lost.some(
        ({ body, at: since }) => since >= at && body.includes(iso(at)) && body.includes(rule.name),
      )
        ? []
        : [`${id} was never started, and its trigger is not among those that reached nobody`];
    });
  }

  /** Alerts that no mail carries, and messages in the queue of the undelivered without their alarm. */
  #unheardOf(weather: Weather, alarms: AlarmsRang, regions: readonly string[]): string[] {
    return regions.flatMap((region) => {
      const mails = this.#announced.mails(region);
      const lost = this.#announced.undelivered(region);
      const within = alarms.within(region, 'undelivered');
      return [
        ...lost.flatMap(({ at, body }) => {
          const latest = weather.latest(at, within, [region]);
          return latest === undefined || alarms.rang(region, 'undelivered', at, latest)
            ? []
            : [`in ${region} nobody got ${body.slice(0, 200)} at ${iso(at)}, and the alarm was silent`];
        }),
        ...this.#announced.heard
          .filter(({ bus, event }) => bus === region && ALERTS.includes(event.name))
          .flatMap(({ at, event }) => {
            const latest = weather.latest(at, MAIL_WITHIN, [region]);
            const said = (text: string) =>
              text.includes(event.sentence) || text.includes(printed(event.sentence));
            const arrived =
              mails.some((mail) => mail.at >= at && mail.at <= latest! && said(mail.message)) ||
              lost.some(({ body }) => said(body));
            return latest === undefined || arrived
              ? []
              : [
                  `${event.name} of ${iso(at)} in ${region} reached nobody by ${iso(latest)}: ${event.sentence}`,
                ];
          }),
      ];
    });
  }

  #ofBreach({ cluster, region, from, to, never }: Breach, weather: Weather, alarms: AlarmsRang): string[] {
    const tells = weather.latestMeasured(from, MEASURED_WITHIN, region);
    if (tells === undefined || tells >= to) return [];
    this.judged.breaches++;
    // While everything may fail, so may each measurement; then it says that, and not what it would have measured.
    const blind =
      weather.rages(from) &&
      ['failed-WatchObjectives', 'undelivered', 'watch-not-running'].some((alarm) =>
        alarms.rang(region, alarm, from, tells),
      );
    const what = `the objective of ${cluster} was missed in ${region} from ${iso(from)}`;
    const event = ({ bus, event: told }: Heard) =>
      told.name === 'ObjectiveBreached' &&
      told.facts?.['objective'] === 'Rpo' &&
      told.cluster === cluster &&
      bus === region;
    const rings = weather.latestMeasured(
      from,
      (MEASURED_WITHIN + alarms.within(region, 'objective-breached')) as Duration,
      region,
    );
    return [
      ...(!blind && !this.#heard(never ? earlier(from, REMINDED_WITHIN) : from, tells, event)
        ? [`${what}, and no event said so until ${iso(tells)}`]
        : []),
      ...(rings !== undefined &&
      rings < to &&
      !blind &&
      !alarms.rang(region, 'objective-breached', from, rings)
        ? [`${what}, and the alarm was silent until ${iso(rings)}`]
        : []),
    ];
  }
}

/** Inside a mail that a rule made, a sentence stands as JSON prints it. */
const printed = (text: string): string => JSON.stringify(text).slice(1, -1);
