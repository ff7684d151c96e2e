/** For whoever writes a detector: `plumbline/testing`. */
export { type DetectorBattery, type DetectorCheck, detectorBattery } from './detector-battery.ts'
export { defectAt, stripes } from './striped-image.ts'
