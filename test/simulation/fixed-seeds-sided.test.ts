import { liveThroughSeedsOf } from './fixed-seeds.ts';

liveThroughSeedsOf('sided');
