import type { Facts, HoldfastError } from '../../../core/errors/registry.ts';
import { InvalidConfiguration, PermissionMissing } from '../../../core/errors/registry.ts';
import type { ContainerState } from '../../../core/ports/containers.ts';

export type Ended = Extract<ContainerState, { state: 'ended' }>;

/** Of the errors that end a capture or a restore for good. */
export type FailureClass = new (message: string, facts?: Facts, options?: ErrorOptions) => HoldfastError;

/** Which work ended: names and advice differ. */
export interface Work {
  /** For messages: `br backup full of orders-daily-…`. */
  readonly what: string;
  readonly of: 'capture' | 'restore';
  readonly failed: FailureClass;
}

/**
 * What a run that did not succeed means. `again`: the same command goes on where it was. `emptied`: the same command,
 * once what it had written is gone, because nothing tells how far it was. `anew`: what it was to continue is gone, so a
 * full one begins. `unreached`: the cluster did not answer, as it does not for a moment while its leader changes, and
 * never does at a wrong address.
 */
export type Repeated = 'again' | 'emptied' | 'anew' | 'unreached';

export type Ending =
  | { readonly means: Repeated; readonly why: string }
  | { readonly means: 'over'; readonly error: HoldfastError };

/** What a tool's last words mean: the same again, or an error that says what to do. */
export type Verdict = Repeated | ((work: Work, said: string) => HoldfastError);

/** How a vendor's tool speaks, and what it is given. */
export interface Tool {
  /** What it died of, among the lines that it printed; none when the log has not arrived yet. */
  readonly lastWords: (lines: readonly string[]) => readonly string[];
  /** For a message: without secrets, and no longer than a person reads. */
  readonly quoted: (words: readonly string[]) => string;
  /** @param words all of its last ones; undefined when nobody has seen such before */
  readonly verdictOn: (words: string) => Verdict | undefined;
  /** The secret that its task definition names, by the configuration's word for it, and what that holds. */
  readonly secret: { readonly setting: string; readonly holds: string };
  /** What a run means that was killed; most tools go on where they were. @default again */
  readonly killed?: 'again' | 'emptied';
}

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
export const explains = (tool: Tool, ended: Ended, lines: readonly string[]): boolean =>
  ended.exitCode === undefined ||
  ended.exitCode === KILLED ||
  ended.exitCode === TERMINATED ||
  STOPPED.has(ended.code) ||
  tool.lastWords(lines).length > 0;

/** What it means that a run ended otherwise than with 0. */
export function endingOf(tool: Tool, ended: Ended, lines: readonly string[], work: Work): Ending {
  const { exitCode, code, why } = ended;
  const how = `${why || code || 'no reason given'}${exitCode === undefined ? '' : `, exit code ${exitCode}`}`;
  if (exitCode === undefined) return neverStarted(tool, work, how, code);
  if (exitCode === KILLED || exitCode === TERMINATED || STOPPED.has(code))
    return {
      means: tool.killed ?? 'again',
      why: /OutOfMemory/.test(why) ? `${how}: its task definition needs more memory` : how,
    };
  const words = tool.lastWords(lines);
  const said = tool.quoted(words);
  const verdict = tool.verdictOn(words.join('\n'));
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
function neverStarted({ secret }: Tool, work: Work, how: string, code: string): Ending {
  const trouble = SECRET_TROUBLE.find(([pattern]) => pattern.test(how));
  if (trouble) return { means: 'over', error: trouble[1](work, how, secret) };
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

/** What ECS says of the secret. Whatever else it says of one may be the weather. */
const SECRET_TROUBLE: readonly (readonly [
  RegExp,
  (work: Work, how: string, secret: Tool['secret']) => HoldfastError,
])[] = [
  [
    /secret.*(AccessDenied|not authorized)/is,
    ({ what }, how, { setting }) =>
      new PermissionMissing(
        `${what} did not start, because ECS may not read the secret of ${setting}: ${how}; let the role that it names read that secret, in the secret's own policy too if it has one, and use the key that encrypts it`,
      ),
  ],
  [
    /secret.*(ResourceNotFound|can't find)/is,
    ({ what }, how, { setting }) =>
      new InvalidConfiguration(
        `${what} did not start, because there is no such secret as ${setting} names: ${how}; name the full ARN of one in the region of the reach`,
      ),
  ],
  [
    /did not contain json key/i,
    ({ what }, how, { setting, holds }) =>
      new InvalidConfiguration(
        `${what} did not start, because the secret of ${setting} does not hold what it is to: ${how}; it is ${holds}`,
      ),
  ],
];
