import * as z from 'zod';
import { contract } from './shared.ts';

const answer = z.enum(['yes', 'no']);
const person = z.string().trim().min(1).max(200);

/** What the state that waits goes on with, as `AnswerApproval` sends it. */
export const approvalAnswer = z.object({ answer, by: person, note: z.string().optional() });

export const askApproval = contract(
  'AskApproval',
  'Records a question with the token of the state that waits for it, and tells whoever can answer',
  z
    .object({
      /** Of the execution that waits. A retry asks the same question under another token. */
      id: z.string().min(1),
      about: z.enum(['failover', 'failback', 'switchover', 'restore', 'writers-stopped']),
      /** What will be done and what is given up. */
      sentence: z.string().min(1),
      facts: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
      /** Empty where nobody gave a name: a state's parameters have no field that may be missing. */
      askedBy: z.union([z.literal(''), person]).optional(),
      withinSeconds: z.number().int().positive(),
      /** Somebody else has to answer than who asked. */
      fourEyes: z.boolean(),
      /** `$$.Task.Token` */
      token: z.string().min(1),
    })
    .refine(({ fourEyes, askedBy }) => !fourEyes || Boolean(askedBy), {
      path: ['askedBy'],
      message: 'four eyes need to know whose the first two are; start it again with "by": "your name"',
    }),
  // Of a state that waits for a token, Step Functions takes what the token is sent back with, and never this.
  z.object({ approval: z.string() }),
);

export const answerApproval = contract(
  'AnswerApproval',
  'Checks that a question still waits and that this person may answer it, records the answer, and lets what waits go on',
  z.strictObject({
    approval: z.string().min(1),
    answer,
    by: person,
    note: z.string().max(1_000).optional(),
  }),
  z.object({ approval: z.string(), answer, by: z.string(), about: z.string() }),
);
