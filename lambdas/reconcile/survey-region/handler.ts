import { surveyRegion } from '../../../workflows/contracts/reconcile.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { survey } from './survey.ts';
import { wire } from './wire.ts';

/** Task `SurveyRegion`. Safe to retry: it writes its plan and nothing else. */
export const handler = handlerFor({ contract: surveyRegion, env, wire, run: survey });
