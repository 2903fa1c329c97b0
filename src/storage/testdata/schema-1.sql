PRAGMA application_id = 1752199024;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('schema_version','1');
CREATE TABLE studies (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_utc_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  token INTEGER NOT NULL DEFAULT 0,
  trials INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  sessions INTEGER NOT NULL DEFAULT 0,
  metrics INTEGER NOT NULL DEFAULT 0,
  ended INTEGER NOT NULL DEFAULT 0,
  run_cap INTEGER,
  spent_ns INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO studies VALUES(1,'zxvmxffy2wmp','digits',1764000000000,18,2,2,0,1,2,0,NULL,1500000000);
CREATE TABLE facts (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  session INTEGER NOT NULL,
  monotonic_ns INTEGER NOT NULL,
  utc_ms INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  token INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  version INTEGER NOT NULL,
  worker INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  exit_code INTEGER NOT NULL,
  metric INTEGER NOT NULL,
  flag INTEGER NOT NULL,
  step REAL,
  seconds REAL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  read_revision INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  time_left REAL,
  free_slots INTEGER NOT NULL
) STRICT;
INSERT INTO facts VALUES(1099511627777,1,0,0,1764000000000,0,0,0,0,0,0,0,0,0,0.0,0.0,'','{"name":"digits","spec":"{\"name\":\"digits\",\"command\":[\"./train\",\"--lr=${lr}\",\"--opt=${opt}\"],\"objectives\":[{\"name\":\"accuracy\",\"maximize\":true,\"over\":\"best\"}],\"space\":{\"parameters\":[{\"name\":\"lr\",\"domain\":{\"type\":\"float\",\"low\":1e-05,\"high\":1.0,\"scale\":\"log\",\"step\":0.0}},{\"name\":\"opt\",\"domain\":{\"type\":\"categorical\",\"values\":[\"sgd\",\"adam\"]}}],\"constraints\":[]},\"fidelities\":[],\"method\":\"auto\",\"early_stop\":\"auto\",\"min_iterations\":0.0,\"eta\":0.0,\"time_seconds\":60.0,\"resources\":{\"cpus\":1,\"gpus\":0,\"memory_bytes\":0},\"batch_size\":\"\",\"pty\":false}","fingerprint":"{}","directory":"/srv/study","seed":7,"parent":""}','','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627778,2,1,5,1000,0,0,0,0,0,0,0,0,0,0.0,0.0,'','{"host":"alpha","pid":1,"version":"0.1.0","containment":"sweeps"}','','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627779,4,1,5,1000,1,0,0,0,0,0,0,0,1,0.0,0.0,'request 1','{"lr":0.1,"opt":"sgd"}','sobol','point',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627780,5,1,5,1000,1,1,0,0,0,0,0,0,0,0.0,0.0,'','','asha','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627782,7,1,5,1000,0,0,0,0,0,0,0,1,0,0.0,0.0,'loss','','','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627785,9,1,5,1000,1,1,0,0,0,1,0,0,0,0.0,2.0,'','','engine','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627786,4,1,5,1000,2,0,0,0,0,0,0,0,1,0.0,0.0,'request 2','{"lr":0.2,"opt":"sgd"}','sobol','point',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627787,5,1,5,1000,2,2,0,0,0,0,0,0,0,0.0,0.0,'','','asha','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627789,8,1,5,1000,2,2,0,0,0,0,0,0,0,0.0,1.0,'','','asha','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627790,16,1,5,1000,0,0,0,0,0,0,0,0,0,0.0,0.0,'k','a word','','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627791,17,1,5,1000,0,0,0,0,0,0,0,0,0,2.0,0.0,'','trial 1 ended by itself','','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627792,14,1,5,1000,0,0,1,0,0,0,0,0,0,0.0,0.0,'','{}','','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627793,12,0,5,1000,0,0,0,0,0,0,0,0,0,0.0,30.0,'e','','','',0,0,0.0,0);
INSERT INTO facts VALUES(1099511627794,3,1,5,1000,0,0,0,0,0,0,0,0,0,0.0,0.0,'','paused','','',0,0,0.0,0);
CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  trial INTEGER NOT NULL,
  token INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  metric INTEGER NOT NULL,
  step REAL,
  value REAL,
  elapsed REAL,
  session INTEGER NOT NULL,
  monotonic_ns INTEGER NOT NULL,
  utc_ms INTEGER NOT NULL
) STRICT;
INSERT INTO reports VALUES(1099511627781,1,1,1,0,1.0,0.5,1.0,1,5,1000);
INSERT INTO reports VALUES(1099511627783,1,1,2,1,1.0,2.5,1.0,1,5,1000);
INSERT INTO reports VALUES(1099511627784,1,1,3,0,2.0,0.75,2.0,1,5,1000);
INSERT INTO reports VALUES(1099511627788,2,2,1,0,1.0,NULL,1.0,1,5,1000);
CREATE TABLE trials (
  id INTEGER PRIMARY KEY,
  standing INTEGER NOT NULL,
  version INTEGER NOT NULL,
  token INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  configuration INTEGER NOT NULL
) STRICT;
INSERT INTO trials VALUES(1099511627777,4,2,1,3,5423939569297549620);
INSERT INTO trials VALUES(1099511627778,2,2,2,1,-8362881363779229054);
CREATE TABLE configurations (
  study INTEGER NOT NULL,
  key INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  PRIMARY KEY (study, key)
) STRICT, WITHOUT ROWID;
INSERT INTO configurations VALUES(1,-8362881363779229054,2);
INSERT INTO configurations VALUES(1,5423939569297549620,1);
CREATE TABLE keys (
  study INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (study, kind, key)
) STRICT, WITHOUT ROWID;
INSERT INTO keys VALUES(1,1,'request 1');
INSERT INTO keys VALUES(1,1,'request 2');
INSERT INTO keys VALUES(1,2,'e');
INSERT INTO keys VALUES(1,4,'k');
INSERT INTO keys VALUES(1,5,'lr');
INSERT INTO keys VALUES(1,5,'opt');
INSERT INTO keys VALUES(1,6,'accuracy');
INSERT INTO keys VALUES(1,6,'loss');
CREATE TABLE leases (
  study INTEGER NOT NULL,
  role TEXT NOT NULL,
  holder TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  beat INTEGER NOT NULL,
  PRIMARY KEY (study, role)
) STRICT, WITHOUT ROWID;
INSERT INTO leases VALUES(1,'decider','alpha/boot/1/2',1,0);
INSERT INTO leases VALUES(1,'runner','',1,1);
COMMIT;
