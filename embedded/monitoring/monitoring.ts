import type { Facts } from '../../core/errors/base.ts';
import type { Telemetry } from '../../core/ports/platform.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { World } from '../clock/world.ts';
import type { FunctionIdentity } from '../functions/sandbox.ts';
import { type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import { Alarm, notification, type Transition } from './alarm.ts';
import { type AlarmInput, dimensionsOf } from './alarm-input.ts';
import { add, keyOf, type SeriesName, type Statistics } from './series.ts';

/** One line of a function's log. */
export interface LogLine {
  readonly at: Instant;
  readonly region: string;
  readonly function: string;
  readonly level: 'info' | 'error';
  readonly message: string;
  readonly facts: Facts;
}

/** A series and everything that was put into it. */
export interface Total extends SeriesName, Readonly<Statistics> {
  readonly last: number;
}

interface MonitoringParts {
  readonly world: World;
  readonly daylight: Daylight;
  readonly account: string;
  /** Takes what an alarm's action sends: a topic's ARN, a message and a subject. */
  readonly notify?: (topicArn: string, message: string, subject: string, alarmArn: string) => void;
  /** The `service` dimension that Powertools adds. @default the function's name */
  readonly service?: (of: FunctionIdentity) => string;
}

interface Series extends SeriesName {
  readonly statistics: Statistics;
  readonly watchers: { readonly alarm: Alarm; readonly position: number }[];
  last: number;
}

/** Errors are kept all; of the rest a function keeps its latest. */
const INFO_LINES = 500;

/**
 * CloudWatch as a sink: metrics, alarms with their actions, and the logs of functions.
 *
 * Does not model: metric math beyond sums, percentiles, composite and anomaly alarms, metric filters, alarm events on the bus, the
 * older datapoints that an alarm falls back on when recent ones are missing, log queries.
 */
export class Monitoring implements EmbeddedService {
  readonly name = 'cloudwatch';
  readonly #parts: MonitoringParts;
  readonly #series = new Map<string, Series>();
  readonly #alarms = new Map<string, Alarm>();
  readonly #info = new Map<string, LogLine[]>();
  readonly errors: LogLine[] = [];

  constructor(parts: MonitoringParts) {
    this.#parts = parts;
  }

  /** Logs and metrics of a function, as Powertools would write them. */
  readonly telemetry = (of: FunctionIdentity): Telemetry => {
    const { name, region, arn } = of;
    const service = this.#parts.service?.(of) ?? name;
    const line = (level: LogLine['level'], message: string, facts: Facts): LogLine => ({
      at: this.#parts.world.now(),
      region,
      function: name,
      level,
      message,
      facts,
    });
    return {
      info: (message, facts = {}) => this.#keep(arn, line('info', message, facts)),
      error: (message, error, facts = {}) => {
        this.errors.push(line('error', message, { ...facts, error: error.name }));
      },
      metric: (metric, _unit, value, dimensions = {}) =>
        this.put(
          { region, namespace: 'Holdfast', name: metric, dimensions: { service, ...dimensions } },
          value,
        ),
    };
  };

  /** Puts one value. A `level` stays until the next one, as the depth of a queue does. */
  put(name: SeriesName, value: number, kind: 'sample' | 'level' = 'sample'): void {
    const series = this.#seriesOf(name);
    add(series.statistics, value);
    series.last = value;
    for (const { alarm, position } of series.watchers) alarm.observe(position, value, kind === 'level');
  }

  /**
   * Creates an alarm, or overwrites the one of that name, whose state stays (API_PutMetricAlarm.html). It judges by
   * what is put from then on.
   */
  putAlarm(region: string, input: AlarmInput): Alarm {
    const { world, daylight } = this.#parts;
    const act = (one: Alarm, transition: Transition) => this.#act(one, transition);
    const alarm = new Alarm(region, input, world, daylight, act);
    const before = this.#alarms.get(`${region}|${input.AlarmName}`);
    if (before) {
      alarm.state = before.state;
      before.retire();
      for (const { watchers } of this.#series.values())
        watchers.splice(0, watchers.length, ...watchers.filter((watcher) => watcher.alarm !== before));
    }
    for (const [position, series] of alarm.series.entries())
      this.#seriesOf(series).watchers.push({ alarm, position });
    this.#alarms.set(`${region}|${input.AlarmName}`, alarm);
    return alarm;
  }

  get alarms(): readonly Alarm[] {
    return [...this.#alarms.values()];
  }

  /** Every series that has a value, in the order in which they were first put. */
  get totals(): readonly Total[] {
    return [...this.#series.values()]
      .filter(({ statistics }) => statistics.count > 0)
      .map(({ watchers: _watchers, statistics, ...series }) => ({ ...series, ...statistics }));
  }

  /** The latest informational lines of a function; its errors are in `errors`. */
  info(functionArn: string): readonly LogLine[] {
    return this.#info.get(functionArn) ?? [];
  }

  call(operation: string, input: object, call: Call): object {
    if (operation === 'PutMetricAlarm') {
      this.putAlarm(call.region, input as AlarmInput);
      return {};
    }
    if (operation !== 'PutMetricData') throw new NotModelled('monitoring', operation);
    const { Namespace: namespace, MetricData: data } = input as {
      Namespace: string;
      MetricData: readonly {
        MetricName: string;
        Value: number;
        Dimensions?: { Name: string; Value: string }[];
      }[];
    };
    for (const datum of data) {
      onlyModelled('monitoring', operation, datum, ['MetricName', 'Value', 'Unit', 'Dimensions']);
      const dimensions = dimensionsOf(datum.Dimensions);
      this.put({ region: call.region, namespace, name: datum.MetricName, dimensions }, datum.Value);
    }
    return {};
  }

  #seriesOf(name: SeriesName): Series {
    const key = keyOf(name);
    let series = this.#series.get(key);
    if (!series) {
      const statistics = { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
      series = { ...name, statistics, watchers: [], last: 0 };
      this.#series.set(key, series);
    }
    return series;
  }

  #keep(arn: string, line: LogLine): void {
    const lines = this.#info.get(arn);
    if (!lines) this.#info.set(arn, [line]);
    else if (lines.push(line) > 2 * INFO_LINES) lines.splice(0, INFO_LINES);
  }

  #act(alarm: Alarm, transition: Transition): void {
    const { world, notify, account } = this.#parts;
    const { input, region } = alarm;
    world.log(
      `alarm ${input.AlarmName} in ${region}: ${transition.from} → ${transition.to}: ${transition.reason}`,
    );
    if (input.ActionsEnabled === false) return;
    const { OKActions: ok, AlarmActions: raised, InsufficientDataActions: blind } = input;
    const actions = { OK: ok, ALARM: raised, INSUFFICIENT_DATA: blind }[transition.to] ?? [];
    for (const topic of actions)
      notify?.(
        topic,
        notification(alarm, account, transition),
        `${transition.to}: "${input.AlarmName}" in ${region}`,
        `arn:aws:cloudwatch:${region}:${account}:alarm:${input.AlarmName}`,
      );
  }
}
