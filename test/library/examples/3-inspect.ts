import { type Image, openModel } from '../../../src/index.ts'

/** What a camera's driver hands over: rows of RGB, 0 to 255, upright. */
const frame: Image = { width: 640, height: 480, data: new Uint8Array(640 * 480 * 3).fill(90) }

const inspector = await openModel('models/one')
try {
  const { score, verdict, map, milliseconds } = await inspector.inspect(frame)
  console.log(verdict, score, `${milliseconds.total.toFixed(0)} ms`)
  if (verdict === 'anomalous') console.log(`highest of the map: ${Math.max(...map().data)}`)

  // Many at once share runs of the network; a picture that cannot be read is an answer in its place.
  for await (const answer of inspector.inspectMany(['photos/good/good-0.png', 'photos/missing.png', frame])) {
    console.log(answer.ok ? answer.value.verdict : `${answer.path}: ${answer.error}`)
  }
} finally {
  await inspector.close()
}
