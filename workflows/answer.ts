import { hours, minutes } from '../core/time/instant.ts';
import { machine, task, WEATHER } from './asl/build.ts';

/** A person's yes or no. Whoever may start this is known to IAM, and no address answers that anyone could guess. */
export const answer = machine(
  'Answers a question that waits: { "approval": "…", "answer": "yes", "by": "your name" }.',
  { startAt: 'Answer', giveUpAfter: hours(1) },
  {
    Answer: task('AnswerApproval', {
      comment: 'A refusal ends the execution under its own name: UnknownApproval, ApprovalEnded, SameEyes.',
      into: 'answered',
      next: 'end',
      retry: WEATHER,
      onError: 'refuse',
      timeout: minutes(2),
    }),
  },
);
