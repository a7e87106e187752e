import { type AboutText, about } from "./about.ts";
import { type AdminText, admin } from "./admin.ts";
import { type ApiText, api } from "./api.ts";
import { type ApprovalsText, approvals } from "./approvals.ts";
import { type BrokenText, broken } from "./broken.ts";
import { type CodeEntryText, codeEntry } from "./code-entry.ts";
import { type CodesText, codes } from "./codes.ts";
import { type CollectText, collect } from "./collect.ts";
import { type CollectionText, collection } from "./collection.ts";
import { type ConfigurationText, configuration } from "./configuration.ts";
import { type ConfirmationText, confirmation } from "./confirmation.ts";
import { type ControlsText, controls } from "./controls.ts";
import { type CounterText, counter } from "./counter.ts";
import { type CredentialsText, credentials } from "./credentials.ts";
import { type DifferencesText, differences } from "./differences.ts";
import { type DocsText, docs } from "./docs.ts";
import { type DoctorText, doctor } from "./doctor.ts";
import { type EmbedText, embed } from "./embed.ts";
import { type EpayText, epay } from "./epay.ts";
import { type EpayAccountsText, epayAccounts } from "./epay-accounts.ts";
import { type ErrorsText, errors } from "./errors.ts";
import { type ExportsText, exports } from "./exports.ts";
import { type FindingsText, findings } from "./findings.ts";
import { type HealthText, health } from "./health.ts";
import { type LearnerText, learner } from "./learner.ts";
import { type ListsText, lists } from "./lists.ts";
import { type LookText, look } from "./look.ts";
import { type NotificationsText, notifications } from "./notifications.ts";
import { type OffersText, offers } from "./offers.ts";
import { type OrderText, order } from "./order.ts";
import { type PageText, page } from "./page.ts";
import { type PasskeysText, passkeys } from "./passkeys.ts";
import { type PayText, pay } from "./pay.ts";
import { type PeopleText, people } from "./people.ts";
import { type PosterText, poster } from "./poster.ts";
import { type PrintingText, printing } from "./printing.ts";
import { type ProblemsText, problems } from "./problems.ts";
import { type PromotionsText, promotions } from "./promotions.ts";
import { type SceneText, scene } from "./scene.ts";
import { type ScheduleText, schedule } from "./schedule.ts";
import { type ShopText, shop } from "./shop.ts";
import { type StoryText, story } from "./story.ts";
import { type TillsText, tills } from "./tills.ts";
import { type UpkeepText, upkeep } from "./upkeep.ts";
import { type WebhooksText, webhooks } from "./webhooks.ts";

/** All words of one language, by page or topic. */
export interface Dictionary {
  readonly about: AboutText;
  readonly admin: AdminText;
  readonly api: ApiText;
  readonly approvals: ApprovalsText;
  readonly broken: BrokenText;
  readonly codeEntry: CodeEntryText;
  readonly codes: CodesText;
  readonly collect: CollectText;
  readonly collection: CollectionText;
  readonly configuration: ConfigurationText;
  readonly confirmation: ConfirmationText;
  readonly controls: ControlsText;
  readonly counter: CounterText;
  readonly credentials: CredentialsText;
  readonly differences: DifferencesText;
  readonly docs: DocsText;
  readonly doctor: DoctorText;
  readonly embed: EmbedText;
  readonly epay: EpayText;
  readonly errors: ErrorsText;
  readonly epayAccounts: EpayAccountsText;
  readonly exports: ExportsText;
  readonly findings: FindingsText;
  readonly health: HealthText;
  readonly learner: LearnerText;
  readonly lists: ListsText;
  readonly look: LookText;
  readonly notifications: NotificationsText;
  readonly offers: OffersText;
  readonly order: OrderText;
  readonly page: PageText;
  readonly passkeys: PasskeysText;
  readonly pay: PayText;
  readonly people: PeopleText;
  readonly poster: PosterText;
  readonly printing: PrintingText;
  readonly problems: ProblemsText;
  readonly promotions: PromotionsText;
  readonly scene: SceneText;
  readonly schedule: ScheduleText;
  readonly shop: ShopText;
  readonly story: StoryText;
  readonly tills: TillsText;
  readonly upkeep: UpkeepText;
  readonly webhooks: WebhooksText;
}

export const dictionary: Dictionary = {
  ...{
    about,
    admin,
    api,
    approvals,
    broken,
    codeEntry,
    codes,
    collect,
    collection,
    configuration,
    confirmation,
    controls,
    counter,
    credentials,
    differences,
    docs,
    doctor,
    embed,
    epay,
    errors,
    epayAccounts,
    exports,
    findings,
    health,
    learner,
    lists,
    look,
  },
  ...{
    notifications,
    offers,
    order,
    page,
    passkeys,
    pay,
    people,
    poster,
    printing,
    problems,
    promotions,
    scene,
    schedule,
    shop,
    story,
    tills,
    upkeep,
    webhooks,
  },
};
