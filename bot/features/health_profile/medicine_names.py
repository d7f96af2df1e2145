"""Names of medicines and supplements, in eight languages and two scripts: data. Pure.

A name is the beginning of a word, so that the endings of languages and cases need no entries of
their own: ``furosemid`` stands for furosemide, furosemida and Furosemid. A name of up to four
letters is a whole word. A name of several words has ``_`` for each space. Accents and capitals make
no difference.
"""

WARFARIN = """
warfarin varfarin coumadin marevan aldocumar tedicumar phenprocoumon fenprocumon marcumar
marcoumar falithrom acenocoumarol acenocumarol sintrom neo_sintrom fluindione previscan fenindion
варфарин вафарин кумадин мареван аценокумарол синкумар фенилин фениндион фенпрокумон
"""
"""Vitamin K antagonists: what is said of warfarin holds for all of them."""
OTHER_BLOOD_THINNERS = """
apixaban eliquis rivaroxaban xarelto dabigatran pradaxa edoxaban lixiana savaysa enoxaparin
clexane lovenox heparin dalteparin fragmin tinzaparin innohep fondaparinux arixtra clopidogrel
plavix iscover prasugrel efient ticagrelor brilique brilinta dipyridamol ticlopidin cilostazol
апиксабан эликвис ривароксабан ксарелто дабигатран прадакса эдоксабан эноксапарин клексан гепарин
фраксипарин клопидогрел плавикс тикагрелор брилинта дипиридамол курантил кардиомагнил тромбо_асс
"""
WATER_TABLETS = """
furosemid frusemid lasix seguril lasilix torasemid torsemid torem diuver bumetanid burinex edecrin
ethacryn hydrochlorothiazid hidroclorotiazid hct hctz hygroton chlorthalidon chlortalidon
clortalidon indapamid natrilix fludex xipamid aquaphor bendroflumethiazid metolazon spironolacton
espironolacton aldactone aldacton eplerenon inspra amilorid moduretic triamteren dytide
water_tablet water_pill diuretic diuretik entwasserung wassertablett diuretique diuretico
фуросемид лазикс торасемид торсемид диувер тригрим буметанид гидрохлоротиазид гипотиазид индапамид
арифон хлорталидон ксипамид спиронолактон верошпирон эплеренон инспра амилорид триамтерен диакарб
ацетазоламид мочегонн диуретик acetazolamid diamox
idroclorotiazid spironolattone canrenone diuretic сечогінн
"""
ACE_AND_SARTANS = """
ramipril tritace delix altace enalapril renitec vasotec lisinopril zestril prinivil perindopril
coversyl prestarium captopril capoten quinapril accupril accupro benazepril fosinopril
trandolapril zofenopril losartan cozaar lorzaar valsartan diovan candesartan atacand blopress
irbesartan aprovel avapro telmisartan micardis pritor olmesartan olmetec benicar azilsartan edarbi
eprosartan sacubitril entresto рамиприл хартил эналаприл энап ренитек лизиноприл диротон
периндоприл престариум каптоприл капотен фозиноприл моноприл лозартан лориста лозап валсартан
диован вальсакор кандесартан атаканд телмисартан микардис ирбесартан апровель олмесартан кардосал
эдарби азилсартан юперио potassium_chlorid kaliumchlorid slow_k kalinor panangin asparkam панангин
аспаркам калия_хлорид trimethoprim co_trimoxazol cotrimoxazol бисептол
"""
"""Tablets that can hold potassium in the body, beside the potassium-sparing water tablets."""
OTHER_MEDICINES = """
hierba_de_san_juan anlodipin sinvastatin puran
paracetamol acetaminophen tylenol panadol doliprane efferalgan ben_u_ron gelocatil novalgin
dipyron dipiron metamizol nolotil ibuprofen ibuprofeno ibuprofene nurofen advil brufen dolormin
espidifen naproxen aleve naprosyn diclofenac diclofenaco voltaren voltarol ketoprofen ketorolac
indometacin indomethacin meloxicam mobic celecoxib celebrex etoricoxib arcoxia aspirin
acetylsalicylic ass_100 acido_acetilsalicilico acide_acetylsalicylique adiro kardegic
cardioaspirin tramadol tramal codein codeina codeine morphin morfina oxycodon oxicodona oxycontin
fentanyl fentanil buprenorphin tilidin tapentadol hydrocodon vicodin methadon metadona amlodipin
norvasc nifedipin adalat diltiazem verapamil isoptin lercanidipin felodipin bisoprolol concor
metoprolol beloc lopressor atenolol tenormin propranolol nebivolol carvedilol sotalol doxazosin
clonidin methyldopa moxonidin hydralazin digoxin lanoxin digitoxin amiodaron cordarone flecainid
ivabradin nitroglycerin isosorbid ranolazin atorvastatin sortis lipitor simvastatin zocor
rosuvastatin crestor pravastatin fluvastatin lovastatin pitavastatin ezetimib fenofibrat
gemfibrozil statin estatina metformin metformina glucophage gliclazid glimepirid glibenclamid
sitagliptin januvia linagliptin empagliflozin jardiance dapagliflozin forxiga canagliflozin
pioglitazon semaglutid ozempic rybelsus wegovy liraglutid victoza saxenda dulaglutid trulicity
tirzepatid mounjaro insulin insulina lantus novorapid humalog levothyroxin levotiroxina levothyrox
euthyrox eutirox synthroid l_thyroxin thyroxin tiroxina thiamazol carbimazol liothyronin omeprazol
losec prilosec pantoprazol esomeprazol nexium lansoprazol rabeprazol famotidin ranitidin gaviscon
maalox almagel loperamid imodium macrogol movicol lactulos bisacodyl dulcolax senna metoclopramid
primperan domperidon ondansetron zofran mesalazin mebeverin buscopan butylscopolamin amoxicillin
amoxicilin amoxicilina amoxicilline augmentin azithromycin azitromicina clarithromycin doxycyclin
doxiciclina ciprofloxacin levofloxacin moxifloxacin penicillin penicilina penicilline cephalexin
cefuroxim nitrofurantoin fosfomycin metronidazol fluconazol aciclovir acyclovir valaciclovir
prednison prednisolon prednisona dexamethason dexametasona hydrocortison cortison methotrexat
azathioprin mycophenolat ciclosporin cyclosporin tacrolimus hydroxychloroquin adalimumab humira
salbutamol ventolin albuterol formoterol salmeterol seretide symbicort indacaterol tiotropium
spiriva budesonid fluticason beclometason montelukast singulair theophyllin cetirizin loratadin
desloratadin fexofenadin sertralin zoloft fluoxetin prozac citalopram escitalopram cipralex
lexapro paroxetin venlafaxin duloxetin cymbalta mirtazapin remeron amitriptylin amitriptilina
trazodon bupropion wellbutrin diazepam valium lorazepam ativan tavor alprazolam xanax clonazepam
rivotril bromazepam lexotanil temazepam oxazepam zolpidem ambien stilnox zopiclon imovane
melatonin melatonina circadin quetiapin seroquel olanzapin risperidon haloperidol aripiprazol
clozapin lithium litio gabapentin neurontin pregabalin lyrica carbamazepin tegretol lamotrigin
levetiracetam keppra valproat valproic topiramat phenytoin fenitoina phenobarbital baclofen
baclofeno tizanidin methocarbamol metocarbamol cyclobenzaprin ciclobenzaprina orphenadrin
tolperison pramipexol ropinirol rotigotin levodopa madopar sinemet donepezil memantin rivastigmin
quinin quinina quinine limptar chinin hydroquinin sumatriptan tamoxifen anastrozol letrozol
exemestan bicalutamid imatinib raloxifen evista teriparatid forteo alendronat fosamax risedronat
ibandronat denosumab prolia zoledron estradiol estrogen oestrogen progesteron levonorgestrel
drospirenon tibolon premarin finasterid dutasterid tamsulosin omnic flomax alfuzosin solifenacin
vesicare oxybutynin tolterodin mirabegron sildenafil viagra tadalafil cialis allopurinol zyloric
febuxostat colchicin colchicina magnesium magnesio magnesi magnerot magnesiocard magnesiumoxid
epsom kalium potassium potasio potassio calcium calcio calcitriol vitamin vitamina vitamine
eisentablett ferrous ferro_sanol tardyferon folsaure folic_acid acido_folico acide_folique b12
cobalamin cholecalciferol colecalciferol zinc_tablet ginkgo johanniskraut st_john_s_wort hiperico
millepertuis erva_de_sao_joao valerian baldrian valeriana cannabidiol cbd_ol cbd_oil electrolyt
elektrolyt electrolito eletrolito rehydration salt_tablet salztablett creatin kreatin omega_3
glucosamin chondroitin coenzym hyoscin парацетамол панадол ибупрофен нурофен диклофенак вольтарен
кеторол кеторолак кетопрофен кетонал мелоксикам мовалис нимесулид найз анальгин метамизол аспирин
ацетилсалицилов цитрамон но_шпа дротаверин трамадол кодеин морфин амлодипин норваск нифедипин
коринфар дилтиазем верапамил бисопролол конкор метопролол эгилок атенолол пропранолол анаприлин
небиволол карведилол моксонидин физиотенз клонидин дигоксин амиодарон кордарон нитроглицерин
изосорбид аторвастатин липримар симвастатин розувастатин крестор статин эзетимиб фенофибрат
метформин глюкофаж сиофор гликлазид диабетон глимепирид эмпаглифлозин джардинс дапаглифлозин
форсига семаглутид оземпик инсулин лантус левотироксин эутирокс тироксин тирозол омепразол омез
пантопразол нольпаза эзомепразол рабепразол фамотидин лоперамид мезим панкреатин креон лактулоза
дюфалак амоксициллин амоксиклав азитромицин сумамед кларитромицин доксициклин ципрофлоксацин
левофлоксацин пенициллин метронидазол флуконазол ацикловир преднизолон дексаметазон гидрокортизон
метотрексат азатиоприн циклоспорин сальбутамол вентолин беродуал формотерол симбикорт будесонид
пульмикорт монтелукаст цетиризин лоратадин супрастин сертралин флуоксетин циталопрам эсциталопрам
пароксетин феварин венлафаксин дулоксетин миртазапин амитриптилин диазепам реланиум феназепам
алпразолам клоназепам золпидем зопиклон мелатонин мелаксен донормил корвалол валокордин валериан
пустырник кветиапин оланзапин рисперидон галоперидол литий габапентин прегабалин лирика
карбамазепин финлепсин ламотриджин вальпроев депакин топирамат фенобарбитал баклофен тизанидин
сирдалуд толперизон мидокалм прамипексол леводопа мадопар наком хинин тамоксифен летрозол
анастрозол алендронов ралоксифен терипаратид эстрадиол прогестерон дюфастон финастерид тамсулозин
омник солифенацин силденафил виагра аллопуринол колхицин магний магния магне_b6 магнелис магнерот
калий кальций кальция витамин препарат_железа сорбифер фолиев аскорутин детралекс венарус
троксевазин электролит регидрон зверобой глицин мексидол актовегин милдронат
tachipirina brufen oki deltacortene naprossene mag_2 polase cortisone
кетанов гідрохлортіазид діаформін алендронат валідол алопуринол
"""
GENERIC_WORDS = """
tablet tabs pill pills capsul kapsel caplet medicin medication meds prescription dose doses dosage
dosis dosi inject injection injektion injecci injeca vaccin inhaler inhal syrup eye_drops
nasal_spray patch_of supplement remedy ointment tablett tabletten pille pillen tropfen medikament
medizin arznei spritze salbe schmerzpflaster nahrungserganzung schmerzmittel schlafmittel
blutverdunner hustensaft zapfchen pastilla pastillas comprimido comprimidos gragea capsula
medicamento medicina inyecci jarabe gotas suplemento pomada analgesico antibiotico anticoagulant
comprime comprimes cachet pilule gelule medicament piqure sirop gouttes supplement_alimentaire
pommade antibiotique antidouleur somnifere remedio remedios medicacao injecao xarope antibiotico
analgesico anticoncepcional таблет пилюл капсул лекарств препарат медикамент укол инъекци сироп
капли капель мазь доза дозу дозы дозировк бад бады антибиотик обезболивающ снотворн
лечебный_пластырь ингалятор pastigli pillola pillole compressa compresse pasticca pasticche
farmaco farmaci medicine iniezion puntura sciroppo gocce supposta cerotto_medic unguento integrator
antidolorific sonnifer
пігулк ліки ліків ліками крапл знеболювал снодійн укол свічки
antibiotic painkiller pain_killer sleeping_tablet blood_thinner
antacid laxativ steroid antidepress antihistamin betablocker beta_blocker
"""
DRINK_AMOUNT_WORDS = """
glass_of cup_of glas_wasser vaso_de verre_d copo_de стакан
litre litres liter liters litro litros литр millilitre milliliter mililitro миллилитр
"""
"""Units that name an amount to drink even without a number."""
