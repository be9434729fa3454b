import { type Grant, may } from './grant.ts';

export const speakToSource: Grant = ({ doris }, role) => doris.grantSpeak(role, 'source');
/** At home a restore may go into the protected cluster itself. */
export const speakToTarget: Grant = ({ doris }, role) => doris.grantSpeak(role, 'source', 'target');
export const takeTurns: Grant = ({ doris }, role) => doris.grantTurns(role);
export const followBackups: Grant = may(speakToSource, takeTurns);
