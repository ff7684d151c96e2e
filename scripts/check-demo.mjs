// Whether a folder that `plumbline demo` wrote holds a whole run. Usage: node scripts/check-demo.mjs FOLDER
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const [folder] = process.argv.slice(2)
const found = readdirSync(folder, { recursive: true }).find((name) => /(^|[\\/])evaluation\.json$/.test(name))
if (found === undefined) throw new Error(`${folder}: holds no evaluation.json`)
const run = join(folder, dirname(found))
for (const name of ['scores.csv', 'config.json', 'report.html']) {
  if (statSync(join(run, name)).size === 0) throw new Error(`${join(run, name)}: is empty`)
}
const { metrics } = JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8'))
const auroc = metrics.image.auroc.mean
if (!(auroc > 0.5 && auroc <= 1)) throw new Error(`${run}: AUROC ${auroc} is no better than chance`)
console.log(`${run}: complete, AUROC ${auroc.toFixed(3)}`)
