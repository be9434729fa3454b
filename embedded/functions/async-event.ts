import { type Duration, milliseconds, minutes, seconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { Outcome } from './outcome.ts';
import type { FunctionSettings } from './settings.ts';

/** Lambda's own pauses before the second and the third attempt (invocation-async-error-handling.html). */
const PAUSES: readonly Duration[] = [minutes(1), minutes(2)];
const THROTTLED_FIRST = seconds(1);
const THROTTLED_MOST = minutes(5);
const AGE_SECONDS = 21_600;

/** Takes what a failed event leaves behind. */
export type Deliver = (
  from: FunctionSettings,
  target: string,
  payload: string,
  attributes?: Readonly<Record<string, string>>,
) => void;

interface AsyncEvent {
  readonly settings: FunctionSettings;
  readonly payload: string;
  readonly invoke: () => Promise<Outcome>;
  readonly deliver: Deliver | undefined;
}

/** Runs an accepted event until it succeeds or its attempts or its age are used up; throttling uses up age only. */
export async function untilDone(world: World, event: AsyncEvent): Promise<void> {
  const { settings, payload, deliver } = event;
  const accepted = world.now();
  const oldest = seconds(settings.asyncAgeSeconds ?? AGE_SECONDS);
  const retries = settings.asyncRetries ?? PAUSES.length;
  let pause = THROTTLED_FIRST;
  let failures = 0;
  for (;;) {
    const outcome = await event.invoke();
    if (outcome.ok) return;
    const throttled = outcome.error === 'Lambda.TooManyRequestsException';
    if (!throttled) failures++;
    const tooOld = world.now() - accepted > oldest;
    if (tooOld || failures > retries) {
      world.log(`lambda: ${settings.name} gives up an event after ${failures} failures: ${outcome.error}`);
      const condition = tooOld ? 'EventAgeExceeded' : 'RetriesExhausted';
      if (settings.onFailure)
        deliver?.(
          settings,
          settings.onFailure,
          JSON.stringify(record(settings, payload, outcome.cause, condition)),
        );
      if (settings.deadLetter)
        deliver?.(settings, settings.deadLetter, payload, { ErrorCode: '200', ErrorMessage: outcome.error });
      return;
    }
    await world.sleep(throttled ? pause : PAUSES[failures - 1]!);
    if (throttled) pause = milliseconds(Math.min(pause * 2, THROTTLED_MOST));
  }
}

/** What an on-failure destination receives (invocation-async-retain-records.html). */
const record = (of: FunctionSettings, payload: string, cause: string, condition: string): object => ({
  version: '1.0',
  requestContext: { functionArn: of.arn, condition },
  requestPayload: JSON.parse(payload) as unknown,
  responseContext: { statusCode: 200, functionError: 'Unhandled' },
  responsePayload: JSON.parse(cause) as unknown,
});
