import { answerApproval } from '../../../workflows/contracts/approval.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { answer } from './answer.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `AnswerApproval`. Safe to retry: the same answer of the same person is handed on again. */
export const handler = handlerFor({ contract: answerApproval, env, wire, run: answer });
