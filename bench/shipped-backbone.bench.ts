/**
 * Images per second from pixels to features, plumb-s beside MobileNetV2, turn about in one run.
 *
 *     npx tsx bench/shipped-backbone.bench.ts [weights folder] [size] [threads] [rounds]
 */
import { architecture } from '../src/backbone/architectures.ts'
import { openBackbone } from '../src/backbone/open-backbone.ts'
import { resolveBackbone } from '../src/backbone/resolve-weights.ts'
import { weightsFolder } from '../src/backbone/weights-folder.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'

const [folder = weightsFolder(null), side = '256', threads = '2', rounds = '40'] = process.argv.slice(2)
const size = { width: Number(side), height: Number(side) }
const random = createRandom(0)
const whole = { x: 0, y: 0, ...size }
const names = ['plumb-s', 'mobilenet_v2'] as const

for (const batch of [2, 8]) {
  const images = Array.from({ length: batch }, () => ({
    ...size,
    data: Uint8Array.from({ length: size.width * size.height * 3 }, () => random.integer(256)),
    frame: { source: size, size, visible: whole, content: whole },
  }))
  const opened = await Promise.all(
    names.map(async (name) => {
      const resolved = await resolveBackbone({ backbone: name, weightsFolders: [folder] }, quietTask)
      const { stages } = architecture(name).patchDefaults
      return openBackbone({ ...resolved, stages, size, threads: Number(threads), batch })
    }),
  )
  const times = names.map((): number[] => [])
  for (let round = 0; round < Number(rounds); round++) {
    for (const [i, backbone] of opened.entries()) {
      const start = performance.now()
      await backbone.extract(images)
      times[i]!.push((performance.now() - start) / batch)
    }
  }
  const [ours, theirs] = times.map((each) => each.toSorted((a, b) => a - b)) as [number[], number[]]
  const at = (share: number) => {
    const [a, b] = [ours, theirs].map((each) => each[Math.floor(share * (each.length - 1))]!) as [
      number,
      number,
    ]
    return `${a.toFixed(2)} against ${b.toFixed(2)} ms an image, ${(b / a).toFixed(2)} times as fast`
  }
  console.log(`batch ${batch}: least ${at(0)}; lower quartile ${at(0.25)}; median ${at(0.5)}`)
  for (const backbone of opened) await backbone.close()
}
