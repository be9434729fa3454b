import { EbsWorld } from '../support/ebs-world.ts';
import { driverSuite } from './driver-suite.ts';

driverSuite('ebs', () => new EbsWorld());
