/**
 * For `node --import`: the clock of the machine, as somebody sets it. SIGUSR2 sets it back by another hour, while the process runs; it
 * begins `PLUMBLINE_CLOCK_SHIFT` milliseconds off.
 */
let shift = Number(process.env.PLUMBLINE_CLOCK_SHIFT ?? 0)
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + shift] : given))
  }
  static now() {
    return RealDate.now() + shift
  }
}
process.on('SIGUSR2', () => {
  shift -= 3_600_000
})
