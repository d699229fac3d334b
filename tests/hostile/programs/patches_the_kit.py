# expect: FORBIDDEN
import kit

kit.in_threads = lambda count, function: None
