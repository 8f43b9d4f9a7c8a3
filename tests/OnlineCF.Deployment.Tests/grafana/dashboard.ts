// What a dashboard's JSON may say, by the schema that Grafana publishes: names it does not know and values of other
// types do not compile.
import type {
  AnnotationQuery, Dashboard as SchemaDashboard, DataQuery, FieldConfig, FieldConfigSource, Panel as SchemaPanel, VariableModel,
} from "@grafana/schema";
import type * as Stat from "@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen.d.ts";
import type * as Table from "@grafana/schema/dist/types/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen.d.ts";
import type * as TimeSeries from "@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen.d.ts";
import type * as Trend from "@grafana/schema/dist/types/raw/composable/trend/panelcfg/x/TrendPanelCfg_types.gen.d.ts";

// An enum is written as its value in JSON, and what is left out has Grafana's default.
type Json<T> = T extends string ? `${T}`
  : T extends (infer Item)[] ? Json<Item>[]
  : T extends object ? { [Key in keyof T]?: Json<T[Key]> }
  : T;
type With<T, Names extends keyof T> = T & { [Name in Names]-?: Exclude<T[Name], undefined> };

// The schema leaves queries to their data sources; this is Prometheus'.
interface PrometheusQuery extends DataQuery {
  expr: string;
  format?: "time_series" | "table" | "heatmap";
  instant?: boolean;
  interval?: string;
  legendFormat?: string;
  range?: boolean;
}
interface PrometheusAnnotation extends AnnotationQuery<PrometheusQuery> {
  tagKeys?: string;
  textFormat?: string;
  titleFormat?: string;
}

type PanelOf<Type extends string, Options, Custom> = With<
  Json<Omit<SchemaPanel, "type" | "options" | "fieldConfig" | "targets">>, "id" | "title" | "description" | "gridPos" | "datasource">
  & {
    type: Type;
    options: Json<Options>;
    fieldConfig: Json<Omit<FieldConfigSource, "defaults">> & {
      defaults: With<Json<Omit<FieldConfig, "custom">>, "unit"> & { custom?: Json<Custom> };
    };
    targets: With<Json<PrometheusQuery>, "refId" | "expr">[];
  };

type Panel =
  | PanelOf<"stat", Stat.Options, Record<never, never>>
  | PanelOf<"table", Table.Options, Table.FieldConfig>
  | PanelOf<"timeseries", TimeSeries.Options, TimeSeries.FieldConfig>
  | PanelOf<"trend", Trend.Options, Trend.FieldConfig>;

export type Dashboard = With<
  Json<Omit<SchemaDashboard, "panels" | "annotations" | "templating">>, "uid" | "title" | "description" | "schemaVersion" | "time">
  & {
    panels: Panel[];
    annotations: { list: With<Json<PrometheusAnnotation>, "name" | "enable" | "iconColor">[] };
    templating: { list: With<Json<VariableModel>, "name" | "type">[] };
  };
