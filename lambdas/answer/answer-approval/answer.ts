import type { Approval } from '../../../core/approvals/approval.ts';
import { hasSameEyes, saidAlready, standingAt } from '../../../core/approvals/standing.ts';
import { ApprovalEnded, SameEyes, UnknownApproval } from '../../../core/errors/registry.ts';
import { type Instant, iso } from '../../../core/time/instant.ts';
import type { answerApproval } from '../../../workflows/contracts/approval.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { answerOf } from '../answer-of.ts';

type AnswerPorts = Pick<TaskPorts, 'region' | 'approvals' | 'waiting'>;
type Given = Input<typeof answerApproval>;

/**
 * Records the answer first and hands it on afterwards: in the other order a crash in between would let something be done
 * that nobody is on record for. An answer that was recorded and not handed on is handed on by the retry, or by the state
 * itself, when that asks again.
 */
export async function answer(
  given: Given,
  { region, approvals, waiting }: AnswerPorts,
  now: Instant,
): Promise<Output<typeof answerApproval>> {
  const asked = await approvals.approval(given.approval);
  if (!asked)
    throw new UnknownApproval(
      `${region} has asked no question ${given.approval}; holdfast approvals lists those that wait here`,
      { approval: given.approval, region },
    );
  const said = saidAlready(asked, given.answer, given.by);
  const answered = said ? asked : answeredBy(asked, given, now);
  if (!said) await approvals.answer(answered);
  const heard = await waiting.resume(answered.token, answerOf(answered));
  // Handed on before, a second time is one too many, and nothing to tell.
  if (heard === 'gone' && !said)
    throw new ApprovalEnded(
      `${asked.id}: the answer is on record, but what asked does not wait any more: it was stopped, or its time was over at ${iso(asked.until)}; look at its execution before you ask again`,
      { approval: asked.id },
    );
  return { approval: asked.id, about: asked.about, answer: given.answer, by: given.by };
}

function answeredBy(asked: Approval, { answer, by, note }: Given, now: Instant): Approval {
  const standing = standingAt(asked, now);
  if (standing !== 'waiting') throw new ApprovalEnded(endOf(asked, standing), { approval: asked.id });
  // Whoever asked may take it back.
  if (answer === 'yes' && hasSameEyes(asked, by))
    throw new SameEyes(
      `${asked.id} was asked by ${asked.askedBy ?? 'nobody who gave a name'} and needs the yes of somebody else; received that of ${by}`,
      { approval: asked.id, by },
    );
  return {
    ...asked,
    state: answer === 'yes' ? 'approved' : 'refused',
    answeredAt: now,
    answeredBy: by,
    ...(note !== undefined && { note }),
  };
}

const endOf = ({ id, answeredBy, answeredAt, until }: Approval, standing: Approval['state']): string =>
  standing === 'expired'
    ? `${id} was refused by itself at ${iso(until)}, when nobody had answered; what asked has to be started again`
    : `${id} was ${standing} by ${answeredBy} at ${answeredAt === undefined ? 'an unknown time' : iso(answeredAt)}; an answer stays`;
