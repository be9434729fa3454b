import {
  CaptureFailed,
  type HoldfastError,
  InvalidConfiguration,
  PermissionMissing,
} from '../../../core/errors/registry.ts';
import type { ContainerState } from '../../../core/ports/containers.ts';
import { lastWords, quotedWords } from './last-words.ts';
import { type Repeated, verdictOn, type Work } from './signatures.ts';

export type Ended = Extract<ContainerState, { state: 'ended' }>;

/**
 * What a run of BR that did not succeed means. `again`: the same command on the same prefix goes on where it was.
 * `emptied`: the same command, once what it had written is gone, because nothing tells how far it was. `anew`: what it
 * was to continue is gone, so a full one begins. `unreached`: PD did not answer, as it does not for a moment while its
 * leader changes, and never does at a wrong address.
 */
export type Ending =
  | { readonly means: Repeated; readonly why: string }
  | { readonly means: 'over'; readonly error: HoldfastError };

export type { Repeated, Work };

/** How the container ended, without what BR said: its own words for 137 would come too late. */
const KILLED = 137;
const TERMINATED = 143;
/** ECS ends tasks for its own reasons, and people stop them; a run that goes on harms neither. */
const STOPPED = new Set([
  'SpotInterruption',
  'TerminationNotice',
  'ServiceSchedulerInitiated',
  'UserInitiated',
]);

/** Whether it is known why it ended, or the log has to arrive first. */
export const explains = (ended: Ended, lines: readonly string[]): boolean =>
  ended.exitCode === undefined ||
  ended.exitCode === KILLED ||
  ended.exitCode === TERMINATED ||
  STOPPED.has(ended.code) ||
  lastWords(lines).length > 0;

/** What it means that a run ended otherwise than with 0. */
export function endingOf(ended: Ended, lines: readonly string[], work: Work): Ending {
  const { exitCode, code, why } = ended;
  const how = `${why || code || 'no reason given'}${exitCode === undefined ? '' : `, exit code ${exitCode}`}`;
  if (exitCode === undefined) return neverStarted(work, how, code);
  if (exitCode === KILLED || exitCode === TERMINATED || STOPPED.has(code))
    return {
      means: 'again',
      why: /OutOfMemory/.test(why) ? `${how}: its task definition needs more memory` : how,
    };
  const words = lastWords(lines);
  const said = quotedWords(words);
  const verdict = verdictOn(words.join('\n'));
  if (typeof verdict === 'string') return { means: verdict, why: said };
  return {
    means: 'over',
    error:
      verdict?.(work, said) ??
      new work.failed(
        `${work.what} ended with exit code ${exitCode} (${why || code}), and ${said}; ${ADVICE}`,
      ),
  };
}

const ADVICE = 'look at the log of its task';

/** `TaskFailedToStart` and its kind: no room, no image, no secret, no network. */
function neverStarted(work: Work, how: string, code: string): Ending {
  const secret = SECRET_TROUBLE.find(([pattern]) => pattern.test(how));
  if (secret) return { means: 'over', error: secret[1](work, how) };
  if (/AccessDenied|not authorized/i.test(how))
    return {
      means: 'over',
      error: new PermissionMissing(
        `${work.what} did not start: ${how}; the execution role of its task definition needs the image, the secret and the log group`,
      ),
    };
  if (
    /Capacity|RESOURCE:|ResourceInitializationError|CannotPullContainer|InternalError|Timeout|Spot/i.test(how)
  )
    return { means: 'again', why: how };
  if (STOPPED.has(code) || code === 'TaskFailedToStart') return { means: 'again', why: how };
  return { means: 'over', error: new work.failed(`${work.what} did not start: ${how}; ${ADVICE}`) };
}

/** What ECS says of the secret with the certificates. Whatever else it says of one may be the weather. */
const SECRET_TROUBLE: readonly (readonly [RegExp, (work: Work, how: string) => HoldfastError])[] = [
  [
    /secret.*(AccessDenied|not authorized)/is,
    ({ what }, how) =>
      new PermissionMissing(
        `${what} did not start, because ECS may not read the secret of reach.tls: ${how}; let the role that it names read that secret, in the secret's own policy too if it has one, and use the key that encrypts it`,
      ),
  ],
  [
    /secret.*(ResourceNotFound|can't find)/is,
    ({ what }, how) =>
      new InvalidConfiguration(
        `${what} did not start, because there is no such secret as reach.tls names: ${how}; name the full ARN of one in the region of the reach`,
      ),
  ],
  [
    /did not contain json key/i,
    ({ what }, how) =>
      new InvalidConfiguration(
        `${what} did not start, because the secret of reach.tls does not hold what it is to: ${how}; it is JSON with "ca", "cert" and "key" in PEM`,
      ),
  ],
];

export const captureOf = (what: string): Work => ({ what, of: 'capture', failed: CaptureFailed });
