import { askApproval } from '../../../workflows/contracts/approval.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { ask } from './ask.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `AskApproval`. Safe to retry: the question is the same, and an answer that came before finds the state that asks again. */
export const handler = handlerFor({ contract: askApproval, env, wire, run: ask });
