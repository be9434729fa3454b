import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { AWAY } from './installations.ts';

const isQuestion = ({ name }: HoldfastEvent): boolean => name === 'ApprovalAsked';

/**
 * Waits until an execution that was just started asks somebody something.
 *
 * @throws when it ends without, with what was said about that
 */
export async function questionOf(
  stage: Stage,
  heard: readonly HoldfastEvent[],
  execution: Execution,
): Promise<HoldfastEvent> {
  const from = heard.length;
  const asked = () => heard.slice(from).find(isQuestion);
  await stage.cloud.world.runWhile(() => !asked() && execution.status === 'RUNNING');
  const question = asked();
  if (question) return question;
  const why = heard.filter(({ name }) => /Incomplete$|^BackupFailed$/.test(name));
  throw new Error(
    [`${execution.error} before it asked: ${execution.cause}`, ...why.map(({ sentence }) => sentence)].join(
      '; ',
    ),
  );
}

/** Somebody answers it, in the region that asks. */
export const answerTo = (stage: Stage, asked: HoldfastEvent, answer: 'yes' | 'no'): Promise<Execution> =>
  stage.execute(AWAY, 'answer', { approval: asked.facts!['approval'], answer, by: 'ann' });
