/**
 * The words by which people and publishers name folders of good parts, of defects, of masks and of splits, in several languages.
 * Without blanks, accents kept, lower case; `folder-meaning.ts` says how a name is compared with them.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''))

/** The part is as it should be. */
export const nominalWords = words(`
  good goods ok okay normal normals nominal free pass passed passes intact healthy undamaged faultless flawless perfect clean
  accepted acceptable conforming conform qualified golden defectfree faultfree nondefective nondefect nodefect nodefects
  nodefective undefective noanomaly nonanomalous notdefective notdefect notbad withoutdefect withoutdefects goodparts okparts
  gut gute gutteil gutteile io inordnung einwandfrei fehlerfrei fehlerlos defektfrei unbeschädigt
  bon bons bonne bonnes conforme conformes sain saine sansdefaut sansdéfaut
  buono buoni buona buone integro integri sendifetti senzadifetti
  bueno buenos buena buenas correcto correctos correcta correctas sindefecto sindefectos aprobado aprobados
  bom boa boas aprovado aprovados semdefeito semdefeitos perfeito
  goed goedgekeurd god godkänd godkendt dobry dobre dobra dobrý
  норма годен годные годный хороший хорошие исправный исправные безбрака бездефектов
  iyi sağlam saglam hatasız hatasiz
  良品 良 合格 合格品 正常 正常品 好 好品 好件 无缺陷 無缺陷 没有缺陷 无瑕疵 良好 ok品 ok件
  양품 정상 정상품 합격 합격품`)

/** Something is wrong with the part; what, is not said. */
export const unnamedDefectWords = words(`
  anomaly anomalies anomalous anomal anomalie anomalien abnormal abnormals anormal outlier outliers
  bad ko nok ng ngs notok nook notgood nogood defect defects defective defectives defected def
  fail fails failed failure failures faulty fault faults damaged damage damages broken
  reject rejects rejected rejection rejections scrap scraps scrapped unqualified nonconforming nonconform nonconformity
  noncompliant unacceptable badparts nokparts ngparts
  schlecht schlechte schlechtteil schlechtteile nio nichtok nichtgut nichtinordnung ausschuss ausschuß defekt defekte fehler
  fehlerhaft fehlerteil fehlerteile mangel mängel mangelhaft
  mauvais mauvaise mauvaises nonconforme nonconformes rebut rebuts défaut défauts defaut defauts défectueux defectueux
  difetto difetti difettoso difettosi difettosa difettose scarto scarti cattivo cattivi
  malo malos mala malas defecto defectos defectuoso defectuosos defectuosa rechazo rechazado rechazados
  defeito defeitos defeituoso defeituosos ruim ruins reprovado reprovados
  slecht afkeur afgekeurd fout fouten dålig defekty wada wady wadliwe
  брак дефект дефекты дефектный дефектные негоден негодные
  hatalı hatali kusurlu bozuk arızalı
  不良品 不良 不良件 次品 废品 廢品 缺陷 缺陷品 有缺陷 不合格 不合格品 异常 異常 坏 坏品 坏件 瑕疵 瑕疵品 欠陥 欠陥品 ng品 ng件
  불량 불량품 비정상 불합격 결함`)

/** A kind of defect, as a word of a name: `metal_contamination`, `Kratzer tief`. */
export const defectKindWords = words(`
  scratch scratches scratched dent dents dented crack cracks cracked hole holes chip chips chipped chipping contamination
  contaminated contaminations stain stains stained spot spots rust rusty corrosion corroded pit pits pitting pitted burr burrs
  bubble bubbles void voids pore pores porosity break breaks breakage breakdown bent bend bends deformation deformations deformed
  misaligned misalignment missing misplaced cut cuts tear tears torn wrinkle wrinkles fold folds folded fray frayed uneven blowhole
  blowholes inclusion inclusions patches crazing scale dirt dirty dust smudge smudges foreign particle particles particals leak
  leakage burn burnt burned discoloration discolouration discolored glue squeeze squeezed poke poked rough swap swapped combined
  erosion wear worn fracture fractured fractures ablation groove grooves gouge gouges peel peeling delamination mousebite spur
  spurs warp warped loose crush crushed melt melted splash splashes overflow underfill misprint imprint scuff scuffs abrasion
  abrasions nick nicks notch notches obstruction damage logical structural flaw flaws blemish blemishes blister blisters
  kratzer delle dellen riss risse loch löcher bruch beule beulen verschmutzung verschmutzt fleck flecken rost grat grate lunker
  pore poren abplatzung verformung verformt
  rayure rayures fissure fissures trou trous bosse tache taches graffio graffi ammaccatura crepa crepe macchia
  rayado arañazo arañazos abolladura grieta grietas mancha manchas risco riscos trinca trincas amassado
  царапина царапины трещина трещины вмятина çizik çatlak
  划痕 划伤 刮痕 凹痕 裂纹 裂痕 污渍 污染 脏污 破损 孔洞 毛刺 凹坑 缺口 变形 锈蚀 異物 异物 キズ 傷 打痕 凹み 割れ 汚れ 欠け バリ
  스크래치 찍힘 균열 오염`)

/** "Not", before or behind a word that is then turned round: `no_defect`, `defect free`, `not good`. */
export const negationsBefore = words(
  'no non not without zero un ohne kein keine nicht sans pas sin senza sem без',
)
export const negationsBehind = words('free frei less los')

/** Masks of defects, or files of labels in general. */
export const maskWords = words(`
  groundtruth groundtruths gt gts mask masks masked masken maske masque masques mascara mascaras máscara máscaras maschera
  maschere label labels annotation annotations annot annots anno annos annotated seg segs segm segmentation segmentations
  segmentationclass segmentationobject segmentationmask segmentationmasks pixelmask pixelmasks defectmask defectmasks labelmask
  labelmasks anomalymask anomalymasks binarymask binarymasks truth 掩码 掩膜 标注 標注 마스크 マスク`)

/** Masks of the object: what is part, and what is background. */
export const foregroundWords = words(`
  foreground foregrounds foregroundmask foregroundmasks fg fgmask fgmasks objectmask objectmasks partmask partmasks
  silhouette silhouettes vordergrund`)

export const trainWords = words(
  'train training trainset traindata trainval entrenamiento entrainement 训练 训练集',
)
export const testWords = words('test testing tests testset testdata testpublic prueba 测试 测试集')
export const validationWords = words(
  'val vals valid validation validate valset dev eval evaluation 验证 验证集',
)

/** Only says that there are pictures: looked through as if it were not there. */
export const pictureWords = words(`
  image images img imgs picture pictures pics pic photo photos photograph photographs frame frames rgb data jpegimages bild bilder
  foto fotos imagenes imágenes immagini imagens camera cam 图片 图像 照片 画像 이미지 사진`)

/** Besides pictures, what a name of a class may carry without meaning more. */
export const ornamentWords = words(`
  part parts teil teile piece pieces product products sample samples item items folder set dataset class category
  front back side top bottom left right rear inner outer new small large big view cropped crop resized augmented 品 件`)

/** Measurements that are stored as images and are no photographs. */
export const measurementWords = words('xyz depth pointcloud pointclouds pcd disparity normalmap normalmaps')

/** Photographs that nobody has sorted into good and bad, or that are there for another purpose. */
export const noClassWords = words(`
  unlabeled unlabelled unsorted tosort sort unknown undefined todo tobelabeled tobelabelled unclear unsure borderline incoming inbox
  nolabel nolabels unannotated doc docs documentation document documents readme note notes manual manuals tmp temp backup backups bak
  archive archived trash deleted cache caches thumb thumbs thumbnail thumbnails preview previews script scripts code src config
  configs result results output outputs out run runs report reports log logs model models weight weights calibration calib heatmap
  heatmaps prediction predictions vis visualization visualisation overlay overlays export exports setup
  unsortiert unbekannt unklar ungeprüft dokumentation neu papierkorb sicherung
  nontrié nontrie inconnu 未标注 未分类 未知 待分类 备份 文档 未分類`)

/** Folders that systems and archive programs make; compared as they are, without case. */
export const systemFolders: ReadonlySet<string> = new Set([
  '__macosx',
  '@eadir',
  '#recycle',
  '#snapshot',
  '$recycle.bin',
  'recycler',
  'system volume information',
  'lost+found',
  'found.000',
  'thumbs.db',
  '__pycache__',
  'node_modules',
  '@recycle',
  '@recently-snapshot',
  'network trash folder',
  'temporary items',
])
