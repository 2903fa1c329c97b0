BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'digits');
INSERT INTO "studies" VALUES(2,'loss');
INSERT INTO "studies" VALUES(3,'pareto');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MAXIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MINIMIZE',2,0);
INSERT INTO "study_directions" VALUES(3,'MINIMIZE',3,0);
INSERT INTO "study_directions" VALUES(4,'MINIMIZE',3,1);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,1,'study:metric_names','["accuracy"]');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_intermediate_values" VALUES(1,1,1,8.90024073622545763839e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(2,1,2,9.40024073622545697226e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(3,1,3,9.56690740289212415703e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(4,1,4,9.6502407362254571943e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(5,2,1,8.90116661288254396033e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(6,2,2,9.4011666128825432942e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(7,2,3,0.956783327954921,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(8,2,4,9.65116661288254351624e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(9,3,1,8.92843344260374705001e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(10,3,2,9.42843344260374638388e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(11,5,1,8.9001843501321931118e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(12,5,2,9.40018435013219244567e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(13,5,3,0.956685101679886,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(14,5,4,9.65018435013219266771e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(15,6,1,8.90418919762226868108e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(16,6,2,9.40418919762226801495e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(17,6,3,9.57085586428893519972e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(18,6,4,9.65418919762226823699e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(19,7,1,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(20,7,2,9.40241443413374233806e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(21,7,3,0.956908110080041,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(22,7,4,9.6524144341337425601e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(23,8,1,0.891262653446076,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(24,8,2,0.941262653446076,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(25,9,1,8.90014735708525073221e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(26,9,2,0.940014735708525,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(27,9,3,9.56681402375191725084e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(28,9,4,0.965014735708525,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(29,10,1,8.95604935303585869554e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(30,10,2,9.45604935303585802941e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(31,10,3,9.62271601970252521418e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(32,10,4,9.70604935303585825145e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(33,12,1,8.90243275242125764457e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(34,12,2,9.40243275242125697843e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(35,12,3,9.5690994190879241632e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(36,12,4,9.65243275242125720048e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(37,13,1,0.89059231821764,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(38,13,2,9.40592318217639888899e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(39,14,1,8.90020338862057558415e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(40,14,2,9.40020338862057491802e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(41,14,3,9.56687005528724210279e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(42,14,4,9.65020338862057514006e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(43,15,1,0.25,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(44,17,0,1.64625279635160097773e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(45,17,1,1.54625279635160097768e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(46,17,2,1.44625279635160097768e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(47,18,0,1.28207630889699188971e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(48,18,1,1.18207630889699188969e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(49,18,2,1.08207630889699188967e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(50,19,0,1.01365632197812516324e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(51,19,1,9.13656321978125163241e+00,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(52,19,2,8.13656321978125163241e+00,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(53,20,0,1.17977206853085121447e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(54,20,1,1.07977206853085121456e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(55,20,2,9.79772068530851214518e+00,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(56,21,0,1.82250630488350182645e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(57,21,1,1.7225063048835018264e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(58,21,2,1.62250630488350182649e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(59,22,0,1.00533495533916479298e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(60,22,1,9.05334955339164793031e+00,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(61,22,2,8.05334955339164793031e+00,'FINITE');
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'lr',2.40736225457080095751e-05,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(2,1,'dropout',6.00000000000000088817e-01,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(3,1,'decay',4.38409231440893554232e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.1, "log": false}}');
INSERT INTO "trial_params" VALUES(4,1,'layers',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(5,1,'width',128.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(6,1,'batch',73.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(7,1,'opt',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(8,1,'momentum',2.6575459030085246681e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.99, "log": false}}');
INSERT INTO "trial_params" VALUES(9,1,'mixed',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(10,2,'lr',1.16661288254379241768e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(11,2,'dropout',3.00000000000000044408e-01,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(12,2,'decay',9.31206019689021780028e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.1, "log": false}}');
INSERT INTO "trial_params" VALUES(13,2,'layers',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(14,2,'width',88.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(15,2,'batch',415.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(16,2,'opt',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(17,2,'mixed',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(18,3,'lr',2.84334426037466175482e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(19,3,'dropout',0.2,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(20,3,'decay',4.77401154851588432892e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.1, "log": false}}');
INSERT INTO "trial_params" VALUES(21,3,'layers',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(22,3,'width',112.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(23,3,'batch',193.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(24,3,'opt',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(25,3,'mixed',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(26,4,'lr',1.16133936057497672532e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(27,4,'dropout',0.7,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(28,4,'decay',1.80451619202681608211e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.1, "log": false}}');
INSERT INTO "trial_params" VALUES(29,4,'layers',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(30,4,'width',64.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(31,4,'batch',45.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(32,4,'opt',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(33,4,'momentum',4.10737118655048749626e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.99, "log": false}}');
INSERT INTO "trial_params" VALUES(34,4,'mixed',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(35,5,'lr',1.84350132193221370978e-05,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(36,5,'dropout',0.2,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(37,5,'decay',0.0592594687323373,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.1, "log": false}}');
INSERT INTO "trial_params" VALUES(38,5,'layers',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(39,5,'width',128.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(40,5,'batch',406.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(41,5,'opt',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(42,5,'momentum',8.3306194774941333403e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.99, "log": false}}');
INSERT INTO "trial_params" VALUES(43,5,'mixed',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(44,6,'lr',4.18919762226823777853e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(45,6,'dropout',0.2,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(46,6,'decay',3.31002800931574844844e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(47,6,'layers',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(48,6,'width',64.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(49,6,'batch',198.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(50,6,'opt',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(51,6,'momentum',4.56023993201644106676e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.99, "log": false}}');
INSERT INTO "trial_params" VALUES(52,6,'mixed',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(53,7,'lr',2.41443413374299727883e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(54,7,'dropout',3.00000000000000044408e-01,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(55,7,'decay',1.59352191386380459547e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(56,7,'layers',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(57,7,'width',32.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(58,7,'batch',121.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(59,7,'opt',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(60,7,'mixed',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(61,8,'lr',1.26265344607605595021e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(62,8,'dropout',3.00000000000000044408e-01,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(63,8,'decay',1.10999006225445343704e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(64,8,'layers',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(65,8,'width',88.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(66,8,'batch',248.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(67,8,'opt',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(68,8,'momentum',2.28126367666117269017e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.99, "log": false}}');
INSERT INTO "trial_params" VALUES(69,8,'mixed',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(70,9,'lr',1.47357085250171e-05,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(71,9,'dropout',0.4,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(72,9,'decay',1.59390271488712875758e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(73,9,'layers',4.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(74,9,'width',48.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(75,9,'batch',15.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(76,9,'opt',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(77,9,'mixed',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(78,10,'lr',5.60493530358585276274e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(79,10,'dropout',0.1,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(80,10,'decay',7.10576096607267240767e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(81,10,'layers',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(82,10,'width',112.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(83,10,'batch',9.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(84,10,'opt',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(85,10,'mixed',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(86,11,'lr',4.53718047825712610023e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(87,11,'dropout',0.4,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(88,11,'decay',1.8813227867927762027e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(89,11,'layers',4.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(90,11,'width',40.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(91,11,'batch',8.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(92,11,'opt',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(93,11,'mixed',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(94,12,'lr',2.4327524212578352492e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(95,12,'dropout',0.0,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(96,12,'decay',1.82142690857647671087e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(97,12,'layers',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(98,12,'width',96.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(99,12,'batch',10.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(100,12,'opt',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(101,12,'mixed',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(102,13,'lr',5.92318217639947719975e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(103,13,'dropout',3.00000000000000044408e-01,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(104,13,'decay',4.12571713001308737478e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(105,13,'layers',4.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(106,13,'width',112.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(107,13,'batch',12.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(108,13,'opt',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(109,13,'momentum',4.46567816921037030741e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.99, "log": false}}');
INSERT INTO "trial_params" VALUES(110,13,'mixed',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(111,14,'lr',2.03388620574883688071e-05,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(112,14,'dropout',0.5,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.7, "log": false}}');
INSERT INTO "trial_params" VALUES(113,14,'decay',1.89255185434485578843e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.2, "log": false}}');
INSERT INTO "trial_params" VALUES(114,14,'layers',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 4}}');
INSERT INTO "trial_params" VALUES(115,14,'width',48.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 8, "low": 16, "high": 128}}');
INSERT INTO "trial_params" VALUES(116,14,'batch',128.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 8, "high": 512}}');
INSERT INTO "trial_params" VALUES(117,14,'opt',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}');
INSERT INTO "trial_params" VALUES(118,14,'momentum',1.45461012536608091938e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.99, "log": false}}');
INSERT INTO "trial_params" VALUES(119,14,'mixed',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 1, 2.5, "adam", [1, 2], NaN]}}');
INSERT INTO "trial_params" VALUES(120,15,'lr',1.52234018712912796966e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": true}}');
INSERT INTO "trial_params" VALUES(121,17,'x',-2.54215026375625718912e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
INSERT INTO "trial_params" VALUES(122,18,'x',1.67951275344068751138e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
INSERT INTO "trial_params" VALUES(123,19,'x',-3.69544611354639229716e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
INSERT INTO "trial_params" VALUES(124,20,'x',1.34079106698564753941e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
INSERT INTO "trial_params" VALUES(125,21,'x',2.86793707197961644794e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
INSERT INTO "trial_params" VALUES(126,22,'x',2.30975222462602047812e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
INSERT INTO "trial_params" VALUES(127,23,'x',-2.54215026375625718912e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
INSERT INTO "trial_params" VALUES(128,24,'x',1.67951275344068751138e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -3.0, "high": 3.0, "log": false}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_system_attributes" VALUES(1,16,'fixed_params','{"lr": 0.5}');
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'seconds','0.0');
INSERT INTO "trial_user_attributes" VALUES(2,1,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(3,2,'seconds','1.5');
INSERT INTO "trial_user_attributes" VALUES(4,2,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(5,3,'seconds','3.0');
INSERT INTO "trial_user_attributes" VALUES(6,3,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(7,4,'seconds','4.5');
INSERT INTO "trial_user_attributes" VALUES(8,4,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(9,5,'seconds','6.0');
INSERT INTO "trial_user_attributes" VALUES(10,5,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(11,6,'seconds','7.5');
INSERT INTO "trial_user_attributes" VALUES(12,6,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(13,7,'seconds','9.0');
INSERT INTO "trial_user_attributes" VALUES(14,7,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(15,8,'seconds','10.5');
INSERT INTO "trial_user_attributes" VALUES(16,8,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(17,9,'seconds','12.0');
INSERT INTO "trial_user_attributes" VALUES(18,9,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(19,10,'seconds','13.5');
INSERT INTO "trial_user_attributes" VALUES(20,10,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(21,11,'seconds','15.0');
INSERT INTO "trial_user_attributes" VALUES(22,11,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(23,12,'seconds','16.5');
INSERT INTO "trial_user_attributes" VALUES(24,12,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(25,13,'seconds','18.0');
INSERT INTO "trial_user_attributes" VALUES(26,13,'host','"alpha"');
INSERT INTO "trial_user_attributes" VALUES(27,14,'seconds','19.5');
INSERT INTO "trial_user_attributes" VALUES(28,14,'host','"alpha"');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,9.6502407362254571943e-01,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,0,9.65116661288254351624e-01,'FINITE');
INSERT INTO "trial_values" VALUES(3,3,0,9.42843344260374638388e-01,'FINITE');
INSERT INTO "trial_values" VALUES(4,5,0,9.65018435013219266771e-01,'FINITE');
INSERT INTO "trial_values" VALUES(5,6,0,9.65418919762226823699e-01,'FINITE');
INSERT INTO "trial_values" VALUES(6,7,0,9.6524144341337425601e-01,'FINITE');
INSERT INTO "trial_values" VALUES(7,8,0,0.941262653446076,'FINITE');
INSERT INTO "trial_values" VALUES(8,9,0,0.965014735708525,'FINITE');
INSERT INTO "trial_values" VALUES(9,10,0,9.70604935303585825145e-01,'FINITE');
INSERT INTO "trial_values" VALUES(10,12,0,9.65243275242125720048e-01,'FINITE');
INSERT INTO "trial_values" VALUES(11,13,0,9.40592318217639888899e-01,'FINITE');
INSERT INTO "trial_values" VALUES(12,14,0,9.65020338862057514006e-01,'FINITE');
INSERT INTO "trial_values" VALUES(13,17,0,6.46252796351600800051e+00,'FINITE');
INSERT INTO "trial_values" VALUES(14,18,0,2.82076308896992,'FINITE');
INSERT INTO "trial_values" VALUES(15,19,0,1.36563219781251354856e-01,'FINITE');
INSERT INTO "trial_values" VALUES(16,20,0,1.797720685308511257e+00,'FINITE');
INSERT INTO "trial_values" VALUES(17,21,0,NULL,'INF_POS');
INSERT INTO "trial_values" VALUES(18,22,0,5.33495533916485062397e-02,'FINITE');
INSERT INTO "trial_values" VALUES(19,23,0,6.46252796351600800051e+00,'FINITE');
INSERT INTO "trial_values" VALUES(20,23,1,1.25468284910285223789e+01,'FINITE');
INSERT INTO "trial_values" VALUES(21,24,0,2.82076308896992,'FINITE');
INSERT INTO "trial_values" VALUES(22,24,1,4.61737582088544595837e-01,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-25 20:01:31.097344','2026-11-25 20:01:31.433475');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-25 20:01:31.463657','2026-11-25 20:01:31.740158');
INSERT INTO "trials" VALUES(3,2,1,'PRUNED','2026-11-25 20:01:31.770330','2026-11-25 20:01:32.024616');
INSERT INTO "trials" VALUES(4,3,1,'FAIL','2026-11-25 20:01:32.049276','2026-11-25 20:01:32.252241');
INSERT INTO "trials" VALUES(5,4,1,'COMPLETE','2026-11-25 20:01:32.273202','2026-11-25 20:01:32.576607');
INSERT INTO "trials" VALUES(6,5,1,'COMPLETE','2026-11-25 20:01:32.601194','2026-11-25 20:01:33.015021');
INSERT INTO "trials" VALUES(7,6,1,'COMPLETE','2026-11-25 20:01:33.045401','2026-11-25 20:01:33.451951');
INSERT INTO "trials" VALUES(8,7,1,'PRUNED','2026-11-25 20:01:33.481036','2026-11-25 20:01:33.840235');
INSERT INTO "trials" VALUES(9,8,1,'COMPLETE','2026-11-25 20:01:33.852316','2026-11-25 20:01:34.217709');
INSERT INTO "trials" VALUES(10,9,1,'COMPLETE','2026-11-25 20:01:34.240614','2026-11-25 20:01:34.525414');
INSERT INTO "trials" VALUES(11,10,1,'FAIL','2026-11-25 20:01:34.541046','2026-11-25 20:01:34.696202');
INSERT INTO "trials" VALUES(12,11,1,'COMPLETE','2026-11-25 20:01:34.724523','2026-11-25 20:01:35.096600');
INSERT INTO "trials" VALUES(13,12,1,'PRUNED','2026-11-25 20:01:35.123396','2026-11-25 20:01:35.427742');
INSERT INTO "trials" VALUES(14,13,1,'COMPLETE','2026-11-25 20:01:35.444689','2026-11-25 20:01:35.828168');
INSERT INTO "trials" VALUES(15,14,1,'RUNNING','2026-11-25 20:01:35.865027',NULL);
INSERT INTO "trials" VALUES(16,15,1,'WAITING',NULL,NULL);
INSERT INTO "trials" VALUES(17,0,2,'COMPLETE','2026-11-25 20:01:36.024585','2026-11-25 20:01:36.156451');
INSERT INTO "trials" VALUES(18,1,2,'COMPLETE','2026-11-25 20:01:36.193329','2026-11-25 20:01:36.332400');
INSERT INTO "trials" VALUES(19,2,2,'COMPLETE','2026-11-25 20:01:36.361134','2026-11-25 20:01:36.468595');
INSERT INTO "trials" VALUES(20,3,2,'COMPLETE','2026-11-25 20:01:36.489219','2026-11-25 20:01:36.632521');
INSERT INTO "trials" VALUES(21,4,2,'COMPLETE','2026-11-25 20:01:36.665594','2026-11-25 20:01:36.812346');
INSERT INTO "trials" VALUES(22,5,2,'COMPLETE','2026-11-25 20:01:36.845032','2026-11-25 20:01:37.008430');
INSERT INTO "trials" VALUES(23,0,3,'COMPLETE','2026-11-25 20:01:37.068726','2026-11-25 20:01:37.117099');
INSERT INTO "trials" VALUES(24,1,3,'COMPLETE','2026-11-25 20:01:37.145072','2026-11-25 20:01:37.192467');
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
